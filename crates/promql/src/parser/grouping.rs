//! Lists of labels in parentheses, as in `by (job, "k8s.pod")`.

use crate::ast::BinaryOp;
use crate::parser::{Failure, LABELS_MAX, Parsed, Parser};
use crate::quote::GoQuoted;
use crate::token::{Keyword, TokenKind};

const CONSTRUCT: &str = "grouping opts";

impl Parser<'_> {
    pub(super) fn grouping_labels(&mut self) -> Parsed<Vec<String>> {
        self.within(CONSTRUCT, "\"(\"", |parser| {
            parser.expect(TokenKind::LeftParen)
        })?;
        let mut labels = Vec::new();
        loop {
            if self.take_if(TokenKind::RightParen)?.is_some() {
                return Ok(labels);
            }
            labels.push(self.within(CONSTRUCT, "label", Self::grouping_label)?);
            if labels.len() > LABELS_MAX {
                let span = self.peek()?.span;
                return Err(self.error(span, format!("more than {LABELS_MAX} labels")));
            }
            if self.take_if(TokenKind::Comma)?.is_some() {
                continue;
            }
            self.within(CONSTRUCT, "\",\" or \")\"", |parser| {
                parser.expect(TokenKind::RightParen)
            })?;
            return Ok(labels);
        }
    }

    fn grouping_label(&mut self) -> Parsed<String> {
        let token = self.peek()?;
        let label = match token.kind {
            TokenKind::String => self.unquoted(token)?,
            kind if kind.may_name_label() => self.text_of(token).to_owned(),
            _ => return Err(Failure::Unexpected(token)),
        };
        self.take()?;
        if label.is_empty() {
            let message = format!("invalid label name for grouping: {}", GoQuoted(&label));
            return Err(self.error(token.span, message));
        }
        Ok(label)
    }
}

impl TokenKind {
    /// Whether it may stand in a list of labels without quotes: all words but `without`.
    fn may_name_label(self) -> bool {
        match self {
            Self::Identifier | Self::MetricIdentifier | Self::Aggregate(_) => true,
            Self::Operator(op) => op.is_set() || op == BinaryOp::Atan2,
            Self::Keyword(keyword) => keyword != Keyword::Without,
            _ => false,
        }
    }
}
