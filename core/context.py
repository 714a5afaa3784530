"""What the kernel may know of the outside while it works: the network address of whoever asks.

Services see no request; the address is written into every DocumentEvent (R-SYS-04), so the middleware leaves it here.
"""

from contextvars import ContextVar

current_address: ContextVar[str] = ContextVar("current_address", default="")
