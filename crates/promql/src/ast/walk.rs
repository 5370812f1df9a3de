//! Going through a tree.

use crate::ast::{Expr, VectorSelector};

impl Expr {
    /// The expressions right below this one, in the order in which they were written; an aggregation's parameter
    /// comes first. The selector inside a [`MatrixSelector`](crate::MatrixSelector) is no expression of its own.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::String(_) | Self::Vector(_) | Self::Matrix(_) => Vec::new(),
            Self::Subquery(node) => vec![&*node.expr],
            Self::Unary(node) => vec![&*node.expr],
            Self::Paren(node) => vec![&*node.expr],
            Self::Binary(node) => vec![&*node.lhs, &*node.rhs],
            Self::Aggregate(node) => node
                .param
                .as_deref()
                .into_iter()
                .chain([&*node.expr])
                .collect(),
            Self::Call(node) => node.args.iter().collect(),
        }
    }

    /// Calls `visit` with this expression and all below it, parents first.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// All selectors of series, those inside range selectors included, in the order in which they were written.
    #[must_use]
    pub fn selectors(&self) -> Vec<&VectorSelector> {
        let mut found = Vec::new();
        self.walk(&mut |expr| match expr {
            Self::Vector(node) => found.push(node),
            Self::Matrix(node) => found.push(&node.selector),
            _ => {}
        });
        found
    }
}
