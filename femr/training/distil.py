"""A student that learns from the averaged answers of several trained networks."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Distiller(keras.Model):
    """Trains `student` on labels and on what `teachers` say to the same augmented crops.

    The loss is (1 - share) times the compiled one plus `share` times the cross-entropy to the teachers' mean
    probabilities (G. Hinton et al., "Distilling the knowledge in a neural network", 2015, arXiv:1503.02531; the same
    view for both, as L. Beyer et al., 2022, arXiv:2106.05237, found best).

    Args:
        student: gives logits; is trained.
        teachers: give logits; stay as they are.
        share: of the loss, 0…1.
    """

    def __init__(self, student: keras.Model, teachers: Sequence[keras.Model], share: float) -> None:
        super().__init__(name="distiller")
        self.student = student
        self.teachers = list(teachers)
        for teacher in self.teachers:
            teacher.trainable = False
        self.share = share
        self.build(student.input_shape)  # backups are of built networks

    def call(self, crops: Any, training: bool | None = None) -> Any:
        """The student's logits."""
        return self.student(crops, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss, a scalar."""
        labels = super().compute_loss(x, y, y_pred, sample_weight, training)
        answers = [ops.softmax(teacher(x, training=False)) for teacher in self.teachers]
        taught = ops.stop_gradient(sum(answers) / len(answers))
        to_teachers = ops.mean(ops.categorical_crossentropy(taught, y_pred, from_logits=True))
        return (1 - self.share) * labels + self.share * to_teachers
