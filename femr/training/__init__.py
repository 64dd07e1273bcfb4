"""Training: the only place for Keras, scikit-learn and Matplotlib."""
