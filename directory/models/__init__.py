"""Who and where: organizations, departments, people, places, suppliers, roles."""

from .organizations import Department, Organization
from .people import Role, User
from .places import Place
from .suppliers import Supplier, SupplierBankChange, SupplierLicence

__all__ = ["Department", "Organization", "Place", "Role", "Supplier", "SupplierBankChange", "SupplierLicence", "User"]
