"""Shared models, one module per noun."""

from tenants.models.administration import Job, PostRequest
from tenants.models.calendar import CalendarYear, OffDay, Revision
from tenants.models.change import Change
from tenants.models.custody import Custody
from tenants.models.department import Department
from tenants.models.digest import Digest
from tenants.models.duty import Duty
from tenants.models.law import Law, LawArticle
from tenants.models.people import Membership, Role, User
from tenants.models.profiles import RuleProfile, RuleValue
from tenants.models.provisioning import ProvisioningBatch, ProvisioningRequest, SchemaStep
from tenants.models.tenant import Domain, Tenant
from tenants.models.token import ApiToken
from tenants.models.webhook import Delivery, Webhook

__all__ = [
    "ApiToken",
    "CalendarYear",
    "Change",
    "Custody",
    "Delivery",
    "Department",
    "Digest",
    "Domain",
    "Duty",
    "Job",
    "Law",
    "LawArticle",
    "Membership",
    "OffDay",
    "PostRequest",
    "ProvisioningBatch",
    "ProvisioningRequest",
    "Revision",
    "Role",
    "RuleProfile",
    "RuleValue",
    "SchemaStep",
    "Tenant",
    "User",
    "Webhook",
]
