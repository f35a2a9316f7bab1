"""A kernel's messages leave the server at once. The system would hold a small one back until the page has confirmed the
one before, for up to 40 ms: more than ten digits take to draw."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class AtOnce(ZMQChannelsWebsocketConnection):
    """A page's line to its kernel, without Nagle's algorithm."""

    async def connect(self):
        self.websocket_handler.set_nodelay(True)
        return await super().connect()


c.ServerApp.kernel_websocket_connection_class = AtOnce  # noqa: F821
