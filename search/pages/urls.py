"""Addresses of search, beneath /search/."""

from django.urls import path

from search.pages import find, person, saved_views, similar, suggesting, synonyms, taking

app_name = "search"
urlpatterns = [
    path("search/", find.page, name="page"),
    path("search/near/", find.near, name="near"),
    path("search/suggest/", suggesting.suggest, name="suggest"),
    path("search/export/", taking.export, name="export"),
    path("search/people/", person.page, name="people"),
    path("search/saved/", saved_views.keep, name="saved_keep"),
    path("search/saved/<uuid:saved_id>/", saved_views.open_saved, name="saved_open"),
    path("search/saved/<uuid:saved_id>/change/", saved_views.change, name="saved_change"),
    path("search/saved/<uuid:saved_id>/forget/", saved_views.forget, name="saved_forget"),
    path("search/recent/forget/", saved_views.forget_recent, name="recent_forget"),
    path("search/similar/<uuid:case_id>/", similar.beside, name="similar"),
    path("search/alike/", similar.typed, name="alike"),
    path("office/synonyms/", synonyms.page, name="synonyms"),
    path("office/synonyms/<uuid:synonym_id>/", synonyms.page, name="synonym"),
]
