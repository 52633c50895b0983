"""The language server: what an editor is told while people write. `server.serve` runs it on standard input and output."""
