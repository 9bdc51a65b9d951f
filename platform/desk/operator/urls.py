"""Addresses of the operator's pages, on the public host."""

from django.urls import path

from desk.operator import health, national, offices, openings, queues

app_name = "operator"
urlpatterns = [
    path("offices/", offices.page, name="offices"),
    path("offices/new/", offices.new, name="new"),
    path("offices/upgrade/", offices.upgrade_all, name="upgrade_all"),
    path("offices/<uuid:tenant_id>/", offices.one, name="office"),
    path("offices/<uuid:tenant_id>/upgrade/", offices.upgrade, name="upgrade"),
    path("offices/<uuid:tenant_id>/administrator/", offices.appoint, name="appoint"),
    path("offices/<uuid:tenant_id>/administrator/<uuid:user_id>/", offices.hand_password, name="hand_password"),
    path("openings/", openings.page, name="batches"),
    path("openings/sheet/", openings.sheet, name="sheet"),
    path("openings/sheet/blank/", openings.blank, name="blank"),
    path("openings/<uuid:batch_id>/", openings.one, name="batch"),
    path("openings/<uuid:batch_id>/start/", openings.start, name="start"),
    path("openings/<uuid:batch_id>/retry/", openings.retry, name="retry"),
    path("openings/<uuid:batch_id>/errors/", openings.errors, name="errors"),
    path("calendar/", national.page, name="national"),
    path("queues/", queues.page, name="queues"),
    path("queues/replay/", queues.replay, name="replay"),
    path("health/", health.page, name="health"),
    path("changes/", offices.changes, name="changes"),
]
