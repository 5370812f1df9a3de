//! From an expression to a plan: a tree of nodes that say what to compute, with nothing left to decide but where the
//! samples are.
//!
//! Lowering takes parentheses away, resolves times (`@ start()`, offsets, duration expressions, default steps), and finds the
//! row of each function and aggregation in its table. The rewrites in [`rewrite`](crate::rewrite) then
//! make a cheaper tree of the same meaning.
//!
//! ```text
//!   Expr ──lower──> Node ──fold──> Node ──invariant──> Node ──operator::build──> operators
//! ```
//!
//! Nodes are typed by what they yield, so a plan that mixes up vectors and scalars can't be built.

pub(crate) mod describe;
mod lower;
mod lower_call;
mod node;
mod walk;

pub(crate) use lower::{Times, lower};
pub(crate) use node::{
    AggregateNode, BinaryScalars, BinaryVectors, HistogramFunction, HistogramNode, InfoNode,
    InstantNode, MapNode, Node, RangeNode, Relabel, ScalarNode, Select, Sort, SubqueryNode,
    VectorScalar, WindowNode, Yield,
};
