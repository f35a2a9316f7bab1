"""The seed's conditional U-Net in PyTorch, with the parameter names that the weights of this project use."""

from unet import Unet


class CFGUnet(Unet):
    """Predicts the noise in x [n, 1, 32, 32] at timesteps t [n] for labels y [n] (10: none)."""

    def __init__(self):
        super().__init__(patch=1, channels=[32, 64, 128, 256], conditionLength=32, upKernel=4)
