"""Columns that several screens of the fixed assets share."""

from django.utils.translation import gettext_lazy as _

from core.views.links import link
from core.views.tables import Column

ASSET_NUMBER = Column("asset_number", _("Asset number"), "code", lambda line: link(line.asset, line.asset.number))
ASSET_NAME = Column("asset_name", _("Asset name"), css="goods", value="asset.name")
SPECIFICATION = Column("specification", _("Specification"), css="spec", value="asset.specification")
