//! The query language: lexer, parser with spans, types, printer, function table, series notation.
