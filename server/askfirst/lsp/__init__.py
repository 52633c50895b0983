"""The language server: what an editor is told while people write. `main.serve` runs it on standard input and output."""
