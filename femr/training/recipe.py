"""Everything that decides how a network is trained, in one place and without Keras."""

from dataclasses import dataclass, field
from enum import StrEnum

from femr.training.augment import Augmentation


class Architecture(StrEnum):
    """The shapes that a network can have, see `network.build`."""

    VGG = "vgg"
    RESIDUAL = "residual"


class Precision(StrEnum):
    """What the layers compute in while training; weights are float32 in both. The values are Keras's policies."""

    FLOAT32 = "float32"
    BFLOAT16 = "mixed_bfloat16"


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a network is trained.

    Attributes:
        epochs: passes over the training images.
        batch_size: images a step.
        learning_rate: the peak, reached after `warmup_epochs` and followed by half a cosine down to 0.
        warmup_epochs: epochs of linear rise.
        weight_decay: AdamW's decoupled decay of kernels, not of biases and batch-norm parameters.
        label_smoothing: share of the target spread evenly over the classes.
        dropout: before the last layer.
        architecture: see `network.build`.
        widths: filters of each stage of the network, see `network.build`.
        class_weight: weigh images by their class as scikit-learn's `balanced` does.
        votes_share: of the target, made by people's votes where votes are given; the label makes the rest.
        teachers_share: of the loss, made by the teachers where there are any, see `distil`.
        reframed_share: of the images, shown as the page crops them where such crops are given, see `reframe`.
        mixup: both parameters of the beta distribution that two images are mixed by; 0 mixes none
            (H. Zhang et al., "mixup", arXiv:1710.09412).
        sharpness_radius: how far from the weights gradients are taken, see `optimizer.SharpnessAware`; 0 for at them.
        average: momentum of the running average of the weights, batch-norm statistics with them; 0 keeps the last
            weights (B. Polyak and A. Juditsky, 1992; 0.999 is usual).
        precision: what the layers compute in.
        augmentation: see `augment`.
        seed: of the weights, the order, the augmentation and the dropout.
    """

    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup_epochs: int = 2
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    dropout: float = 0.4
    architecture: Architecture = Architecture.VGG
    widths: tuple[int, ...] = (32, 64, 128, 256)
    class_weight: bool = True
    votes_share: float = 0.3
    teachers_share: float = 0.7
    reframed_share: float = 0.5
    mixup: float = 0.0
    sharpness_radius: float = 0.0
    average: float = 0.999
    precision: Precision = Precision.FLOAT32
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
