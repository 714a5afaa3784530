"""Tables of the fixed assets."""

from .additions import AssetAddition, AssetAdditionLine
from .cards import (
    CONTRA_ACCOUNTS,
    MOVABLE,
    NOMINAL_VALUE,
    Account,
    AcquisitionWay,
    Asset,
    AssetComponent,
    AssetState,
    CardData,
    DisposalWay,
    ProcurementForm,
    UsePurpose,
    ValueType,
)
from .categories import NOT_DEPRECIATED, AssetCategory, AssetLife, CardType, CategoryMapping, Edition, levels_of
from .classes import AssetClass
from .counts import AssetCount, AssetCountEntry, AssetCountLine, AssetSurplus, Condition
from .custody import CustodyChange, CustodyLine
from .disposals import CompensationCase, CompensationPayment, Disposal, DisposalLine
from .intake import AssetIntake
from .ledger import AccountBalance, AssetMove, AssetValueMove, JournalProposal
from .values import CardSplit, CardSplitLine, DepreciationRun, ValueChange, ValueChangeLine

__all__ = [
    "CONTRA_ACCOUNTS",
    "MOVABLE",
    "NOMINAL_VALUE",
    "NOT_DEPRECIATED",
    "Account",
    "AccountBalance",
    "AcquisitionWay",
    "Asset",
    "AssetAddition",
    "AssetAdditionLine",
    "AssetCategory",
    "AssetClass",
    "AssetComponent",
    "AssetCount",
    "AssetCountEntry",
    "AssetCountLine",
    "AssetIntake",
    "AssetLife",
    "AssetMove",
    "AssetState",
    "AssetSurplus",
    "AssetValueMove",
    "CardData",
    "CardSplit",
    "CardSplitLine",
    "CardType",
    "CategoryMapping",
    "CompensationCase",
    "CompensationPayment",
    "Condition",
    "CustodyChange",
    "CustodyLine",
    "DepreciationRun",
    "Disposal",
    "DisposalLine",
    "DisposalWay",
    "Edition",
    "JournalProposal",
    "ProcurementForm",
    "UsePurpose",
    "ValueChange",
    "ValueChangeLine",
    "ValueType",
    "levels_of",
]
