//! Function calls and lists of arguments.

use crate::ast::{Call, Expr};
use crate::functions::Function;
use crate::parser::{Parsed, Parser, Tree};
use crate::quote::GoQuoted;
use crate::span::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// A call whose name is taken and whose left parenthesis comes next.
    pub(super) fn call(&mut self, name: Token) -> Parsed<Tree> {
        let args = self.args()?;
        let text = self.text_of(name);
        let Some(function) = Function::named(text) else {
            let message = format!("unknown function with name {}", GoQuoted(text));
            return Err(self.error(name.span, message));
        };
        if function.is_experimental() && !self.features.experimental_functions {
            let message = format!("function {} is not enabled", GoQuoted(text));
            return Err(self.error(name.span, message));
        }
        let height = args.iter().map(|arg| arg.height).max().unwrap_or(0);
        let call = Call {
            function,
            args: args.into_iter().map(|arg| *arg.expr).collect(),
            span: Span::new(name.span.start, self.taken_end),
        };
        self.tree(Expr::Call(call), height)
    }

    /// Arguments in parentheses.
    pub(super) fn args(&mut self) -> Parsed<Vec<Tree>> {
        self.expect(TokenKind::LeftParen)?;
        let mut args = Vec::new();
        if self.take_if(TokenKind::RightParen)?.is_some() {
            return Ok(args);
        }
        loop {
            args.push(self.expression(0)?);
            let Some(comma) = self.take_if(TokenKind::Comma)? else {
                self.expect(TokenKind::RightParen)?;
                return Ok(args);
            };
            if !self.peek()?.kind.may_begin_expression() {
                let message = "trailing commas not allowed in function call args";
                return Err(self.error(comma.span, message));
            }
        }
    }
}
