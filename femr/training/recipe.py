"""Everything that decides how a network is trained, in one place and without Keras."""

from dataclasses import dataclass, field

from femr.training.augment import Augmentation


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
        widths: filters of each stage of the network, see `network.build`.
        class_weight: weigh classes as scikit-learn's `balanced` does.
        augmentation: see `augment`.
        seed: of the weights, the order and the augmentation.
    """

    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 2e-3
    warmup_epochs: int = 2
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    dropout: float = 0.4
    widths: tuple[int, ...] = (32, 64, 128, 256)
    class_weight: bool = True
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0
