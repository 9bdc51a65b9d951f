"""Addresses of supervision, and of reading down."""

from django.urls import path, re_path

from desk.supervision import advice, below, concerns, home, issuing, order, papers

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_STEPS = "sign_for_order|reply|report_progress|accept_reply|return_reply|escalate|refer_up|lift"

pages = [
    path("supervision/", home.page, name="supervision"),
    path("supervision/proposals/<uuid:proposal_id>/dismiss/", home.dismiss, name="proposal_dismiss"),
    path("supervision/orders/new/", issuing.page, name="order_new"),
    path("supervision/orders/new/effect/", issuing.effect, name="order_effect"),
    path("supervision/orders/<uuid:order_id>/", order.page, name="order"),
    path("supervision/orders/<uuid:order_id>/paper/", papers.order, name="order_paper"),
    path("supervision/orders/<uuid:order_id>/files/<uuid:file_id>/", order.file, name="order_file"),
    re_path(rf"^supervision/orders/(?P<order_id>{_UUID})/(?P<verb>{_STEPS})/$", order.step, name="order_step"),
    path("supervision/advice/new/", advice.new, name="advice_new"),
    path("supervision/advice/<uuid:advice_id>/", advice.page, name="advice"),
    path("supervision/advice/<uuid:advice_id>/paper/", papers.advice, name="advice_paper"),
    path("supervision/advice/<uuid:advice_id>/<slug:verb>/", advice.step, name="advice_step"),
    path("supervision/concerns/", concerns.listing, name="concerns"),
    path("supervision/concerns/new/", concerns.new, name="concern_new"),
    path("supervision/concerns/<uuid:concern_id>/", concerns.page, name="concern"),
    path("region/<slug:office>/cases/<uuid:case_id>/", below.page, name="below"),
]
