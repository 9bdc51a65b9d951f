"""Who reviews an opinion (domain §2.1, R 35): the text of the remedy is never typed, so it is never forgotten (P8)."""

from __future__ import annotations

from tenants.models import Department, Tenant


def place(tenant: Tenant) -> str:
    """澄屿县 of 澄屿县信访局."""
    return tenant.short_name or tenant.name.removesuffix("信访局")


def remedy(unit: Department, tenant: Tenant) -> dict[str, object]:
    """{"bodies": names a petitioner may turn to, "law": article}. Vertical systems: the upper line only.

    Township -> county government; county department -> own government or the upper line [BJ 48, by analogy].
    """
    government = f"{place(tenant)}人民政府"
    line = unit.superior_line.name if unit.superior_line_id and unit.superior_line else ""
    if unit.parent_id is None:
        above = tenant.parent
        bodies = [f"{place(above)}人民政府" if above else government]
    elif unit.vertical_managed:
        bodies = [line or government]
    else:
        bodies = [government, line] if line else [government]
    return {"bodies": bodies, "law": "《信访工作条例》第三十五条"}
