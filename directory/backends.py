"""Who may sign in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class ActivePersonBackend(ModelBackend):
    """Employee number and password; people who left are refused from their last day on (R-SYS-19)."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and not user.has_left

    def get_user(self, user_id: Any) -> Any:
        user = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
