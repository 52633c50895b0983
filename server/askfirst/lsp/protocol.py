"""What pygls leaves to us: bad parameters are answered, and no request of the client's waits for ever."""

from __future__ import annotations

from typing import Any

from cattrs import Converter
from lsprotocol.types import TEXT_DOCUMENT_DID_CHANGE, TEXT_DOCUMENT_DID_CLOSE, TEXT_DOCUMENT_DID_OPEN
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification

REFUSED = "$/refused"  # stands for a request that was answered with an error already


class Protocol(LanguageServerProtocol):
    """pygls' protocol with our own keeping of documents, since its own splits lines where Python does and LSP does not."""

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        for method in (TEXT_DOCUMENT_DID_OPEN, TEXT_DOCUMENT_DID_CHANGE, TEXT_DOCUMENT_DID_CLOSE):
            self.fm.builtin_features.pop(method, None)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as a value. A request that is none is answered here: pygls would only log it."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" not in data:
                raise
            if "id" in data:
                self._send_response(data["id"], error=error.to_response_error())
            self._server.report_server_error(error, JsonRpcException)
            return JsonRPCNotification(REFUSED, self.VERSION, None)
