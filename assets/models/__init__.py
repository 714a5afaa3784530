"""Tables of the fixed assets."""

from .classes import AssetClass
from .intake import AssetIntake

__all__ = ["AssetClass", "AssetIntake"]
