"""Addresses of the wall."""

from django.urls import path

from desk.wall import due, lists
from desk.wall import pages as wall

pages = [
    path("wall/", wall.page, name="wall"),
    path("wall/screen/", wall.screen, name="wall_screen"),
    path("wall/tiles/", wall.fragment, name="wall_tiles"),
    path("wall/acknowledge/", wall.acknowledge, name="wall_acknowledge"),
    path("wall/export/", wall.export, name="wall_export"),
    path("wall/list/", lists.page, name="wall_list"),
    path("wall/due/", due.page, name="wall_due"),
]
