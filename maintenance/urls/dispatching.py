"""Addresses: dispatching."""

from django.urls import URLPattern, URLResolver, path

from maintenance.views import board, dispatch_steps, order_page, orders, rosters, tasks  # noqa: F401

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/orders/", orders.OrderList.as_view(), name="workorder_list"),
    path("repairs/orders/export/", orders.OrderExport.as_view(), name="workorder_export"),
    path("repairs/orders/<int:pk>/", order_page.OrderDetail.as_view(), name="workorder_detail"),
    path("repairs/orders/<int:pk>/menu/", board.CardMenu.as_view(), name="order_menu"),
    path("repairs/orders/<int:pk>/move/", board.CardMove.as_view(), name="order_move"),
    path("repairs/orders/<int:pk>/step/<slug:slug>/", order_page.OrderStep.as_view(), name="workorder_step"),
    path("repairs/board/", board.Board.as_view(), name="order_board"),
    path("repairs/wall/", board.Wall.as_view(), name="order_wall"),
    path("repairs/tasks/new/", tasks.NewTask.as_view(), name="task_new"),
    path("repairs/roster/", rosters.Roster.as_view(), name="roster"),
]
