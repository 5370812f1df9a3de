//! From nodes to operators: the only place that knows both.

use promql::AggregateOp;
use rayon_core::Scope;
use storage::Querier;

use crate::aggregate::count_values::CountValuesOperator;
use crate::context::Context;
use crate::explain::Description;
use crate::function::{WindowFunction, histogram, info, label, sort};
use crate::operator::absent::{AbsentOperator, AbsentOverTimeOperator};
use crate::operator::aggregate::{self, AggregateOperator};
use crate::operator::binary::{self, scalar::VectorScalarOperator};
use crate::operator::buffer::{Computed, Vector};
use crate::operator::exchange::{Crew, ExchangeOperator, Shareable};
use crate::operator::map::{EvaluationTimeOperator, MapOperator, UnnamedOperator};
use crate::operator::once::OnceOperator;
use crate::operator::range_select::RangeSelectOperator;
use crate::operator::scalar::{
    BinaryScalarsOperator, ConstantOperator, ExtremeOperator, FromInstantOperator,
    FromScalarOperator, NegateOperator, TimeOperator,
};
use crate::operator::select::SelectOperator;
use crate::operator::smoothed::SmoothedOperator;
use crate::operator::subquery::SubqueryOperator;
use crate::operator::unique::{self, UniqueOperator};
use crate::operator::watched::{CountedInstant, CountedRange, Site, TracedInstant, TracedRange};
use crate::operator::window::WindowOperator;
use crate::operator::{InstantOperator, RangeOperator, Result, ScalarOperator};
use crate::plan::describe;
use crate::plan::{
    AggregateNode, HistogramNode, InfoNode, InstantNode, RangeNode, ScalarNode, Select, WindowNode,
    Yield,
};
use crate::steps::Steps;

type Instant<'s> = Box<dyn InstantOperator + 's>;
type Range<'s> = Box<dyn RangeOperator + 's>;
type Scalar<'s> = Box<dyn ScalarOperator + 's>;

/// Builds the operators of one query.
#[derive(Clone, Copy)]
pub(crate) struct Builder<'s, 'q> {
    /// Shared by them all.
    pub context: &'q Context<'q>,
    /// Where threads help, if there are any.
    pub scope: Option<&'s Scope<'q>>,
    /// Where samples come from.
    pub querier: &'q dyn Querier,
    /// Where in the plan it is.
    pub place: Place,
}

/// A place in the plan, as far as it matters to what is measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// The node above, when the query is to be explained.
    parent: Option<usize>,
    /// Whether it is part of a subquery, whose samples count when its windows are looked at.
    is_in_subquery: bool,
}

impl<'s, 'q: 's> Builder<'s, 'q> {
    /// What yields an instant vector at `steps`.
    pub(crate) fn instant(self, node: &'q InstantNode, steps: Steps) -> Instant<'s> {
        let Some(site) = self.site(|| describe::instant(node), steps) else {
            return self.plain_instant(node, steps);
        };
        Box::new(TracedInstant {
            site,
            inner: self.below(site).plain_instant(node, steps),
        })
    }

    /// A new node of the trace, if there is one.
    fn site(self, what: impl FnOnce() -> Description, steps: Steps) -> Option<Site<'q>> {
        let context = self.context;
        let trace = context.trace()?;
        let node = trace.add(self.place.parent, what(), steps.count);
        Some(Site {
            context,
            trace,
            node,
        })
    }

    fn below(mut self, site: Site<'q>) -> Self {
        self.place.parent = Some(site.node);
        self
    }

    /// Counts what a selector yields, if somebody wants to know and nobody else counts it.
    fn counted(self, inner: Instant<'s>) -> Instant<'s> {
        let context = self.context;
        if self.is_counted() {
            return Box::new(CountedInstant { context, inner });
        }
        inner
    }

    /// Whether somebody wants to know what a selector yields here.
    fn is_counted(self) -> bool {
        self.context.counts_steps() && !self.place.is_in_subquery
    }

    /// Whether somebody looks on between a range selector and its function.
    fn is_watched(self) -> bool {
        self.is_counted() || self.context.trace().is_some()
    }

    fn plain_instant(self, node: &'q InstantNode, steps: Steps) -> Instant<'s> {
        let context = self.context;
        match node {
            InstantNode::Select(select) => self.select(select, steps),
            InstantNode::SampleTime(select, yields) => {
                let querier = self.querier;
                let times = SelectOperator::new(context, querier, select, steps, *yields);
                let times = self.counted(self.shared(times, steps));
                self.unique(UnnamedOperator::new(context, times))
            }
            InstantNode::Window(node) => self.window(node, steps),
            InstantNode::Map(node) => {
                let input = self.instant(&node.input, steps);
                let scalars = self.scalars(&node.parameters, steps);
                self.unique(MapOperator::new(context, node, input, scalars))
            }
            InstantNode::EvaluationTime(input, yields) => {
                let input = self.instant(input, steps);
                self.unique(EvaluationTimeOperator::new(context, input, steps, *yields))
            }
            InstantNode::FromScalar(scalar) => Box::new(FromScalarOperator {
                scalar: self.scalar(scalar, steps),
            }),
            InstantNode::Absent(input, labels) => Box::new(AbsentOperator {
                input: self.instant(input, steps),
                labels: labels.clone(),
                steps: steps.count,
            }),
            InstantNode::AbsentOverTime(range, labels) => Box::new(AbsentOverTimeOperator {
                input: self.range(range, steps, None),
                labels: labels.clone(),
                steps: steps.count,
            }),
            InstantNode::Relabel(input, how) => {
                let input = self.instant(input, steps);
                self.unique(label::RelabelOperator::new(input, how))
            }
            InstantNode::Sort(input, how, span) => {
                let input = self.instant(input, steps);
                let sort = move || sort::sort(context, input, how, *span, steps.count);
                Box::new(Computed::new(sort))
            }
            InstantNode::Histogram(node) => self.histogram(node, steps),
            InstantNode::Info(node) => self.info(node, steps),
            InstantNode::Aggregate(node) => self.aggregate(node, steps),
            InstantNode::Binary(node) => {
                let (lhs, rhs) = (
                    self.instant(&node.lhs, steps),
                    self.instant(&node.rhs, steps),
                );
                let join = move || {
                    let joined = binary::join(context, node, lhs, rhs, steps.count)?;
                    unique::merge(context, joined)
                };
                Box::new(Computed::new(join))
            }
            InstantNode::BinaryScalar(node) => {
                let vector = self.instant(&node.vector, steps);
                let scalar = self.scalar(&node.scalar, steps);
                self.unique(VectorScalarOperator::new(context, node, vector, scalar))
            }
            InstantNode::Once(input) => {
                let first = Steps {
                    count: steps.count.min(1),
                    ..steps
                };
                Box::new(OnceOperator::new(self.instant(input, first), steps.count))
            }
        }
    }

    fn select(self, select: &'q Select, steps: Steps) -> Instant<'s> {
        let (context, querier) = (self.context, self.querier);
        if select.extension.is_some() {
            let smoothed = SmoothedOperator::new(context, querier, select, steps);
            return self.counted(Box::new(smoothed));
        }
        let value = Yield::Value;
        let plain = SelectOperator::new(context, querier, select, steps, value);
        self.counted(self.shared(plain, steps))
    }

    /// Shares out the work of a selector. That of a query that is explained is not, for its figures say what each node did itself.
    fn shared(self, operator: impl Shareable<Twin: 'q> + 's, steps: Steps) -> Instant<'s> {
        let context = self.context;
        match self.scope {
            Some(scope) if context.trace().is_none() => {
                let crew = Crew { context, scope };
                Box::new(ExchangeOperator::new(crew, operator, steps.count))
            }
            _ => Box::new(operator),
        }
    }

    fn unique(self, operator: impl InstantOperator + 's) -> Instant<'s> {
        self.unique_of(Box::new(operator))
    }

    fn unique_of(self, operator: Instant<'s>) -> Instant<'s> {
        Box::new(UniqueOperator::new(self.context, operator))
    }

    fn window(self, node: &'q WindowNode, steps: Steps) -> Instant<'s> {
        let (context, function) = (self.context, node.function);
        let scalars = self.scalars(&node.parameters, steps);
        let operator: Instant<'s> = match &node.range {
            RangeNode::Select(select, range_ms) if !self.is_watched() => {
                let input = self.range_select(select, *range_ms, steps, Some(function));
                self.shared(WindowOperator::new(context, node, input, scalars), steps)
            }
            range => {
                let input = self.range(range, steps, Some(function));
                Box::new(WindowOperator::new(context, node, input, scalars))
            }
        };
        if function.keeps_name {
            return operator;
        }
        self.unique_of(operator)
    }

    fn histogram(self, node: &'q HistogramNode, steps: Steps) -> Instant<'s> {
        let context = self.context;
        let input = self.instant(&node.input, steps);
        let scalars = self.scalars(&node.parameters, steps);
        Box::new(Computed::new(move || {
            let computed = histogram::evaluate(context, node, input, scalars, steps)?;
            unique::merge(context, computed)
        }))
    }

    fn info(self, node: &'q InfoNode, steps: Steps) -> Instant<'s> {
        let (context, querier) = (self.context, self.querier);
        let base = self.instant(&node.input, steps);
        let times = SelectOperator::new(context, querier, &node.select, steps, Yield::Time);
        let join = move || info::info(context, node, base, Box::new(times), steps.count);
        Box::new(Computed::new(join))
    }

    fn aggregate(self, node: &'q AggregateNode, steps: Steps) -> Instant<'s> {
        let context = self.context;
        let input = self.instant(&node.input, steps);
        let parameter = node
            .parameter
            .as_ref()
            .map(|parameter| self.scalar(parameter, steps));
        match node.op {
            AggregateOp::Topk
            | AggregateOp::Bottomk
            | AggregateOp::Limitk
            | AggregateOp::LimitRatio => {
                let whole = move || -> Result<Vector<'s>> {
                    aggregate::whole(context, node, input, parameter)
                };
                Box::new(Computed::new(whole))
            }
            AggregateOp::CountValues => {
                Box::new(CountValuesOperator::new(context, node, steps, input))
            }
            _ => Box::new(AggregateOperator::new(
                context, node, steps, input, parameter,
            )),
        }
    }

    /// What yields a range vector at `steps`; `function` is told to the store.
    pub(crate) fn range(
        self,
        node: &'q RangeNode,
        steps: Steps,
        function: Option<&'static WindowFunction>,
    ) -> Range<'s> {
        let context = self.context;
        let mut range = match self.site(|| describe::range(node), steps) {
            None => self.plain_range(node, steps, function),
            Some(site) => Box::new(TracedRange {
                site,
                inner: self.below(site).plain_range(node, steps, function),
            }),
        };
        if self.is_counted() {
            range = Box::new(CountedRange {
                context,
                inner: range,
            });
        }
        range
    }

    fn plain_range(
        mut self,
        node: &'q RangeNode,
        steps: Steps,
        function: Option<&'static WindowFunction>,
    ) -> Range<'s> {
        let context = self.context;
        match node {
            RangeNode::Select(select, range_ms) => {
                Box::new(self.range_select(select, *range_ms, steps, function))
            }
            RangeNode::Subquery(node) => {
                self.place.is_in_subquery = true;
                let input = self.instant(&node.expr, node.grid(steps));
                Box::new(SubqueryOperator::new(context, node, steps, input))
            }
        }
    }

    fn range_select(
        self,
        select: &'q Select,
        range_ms: i64,
        steps: Steps,
        function: Option<&'static WindowFunction>,
    ) -> RangeSelectOperator<'q> {
        let (context, querier) = (self.context, self.querier);
        RangeSelectOperator::new(context, querier, select, range_ms, steps, function)
    }

    fn scalars(self, nodes: &'q [ScalarNode], steps: Steps) -> Vec<Scalar<'s>> {
        let build = |node| self.scalar(node, steps);
        nodes.iter().map(build).collect()
    }

    /// What yields a number at each of `steps`.
    pub(crate) fn scalar(self, node: &'q ScalarNode, steps: Steps) -> Scalar<'s> {
        match node {
            ScalarNode::Constant(value) => Box::new(ConstantOperator {
                value: *value,
                steps: steps.count,
            }),
            ScalarNode::Time => Box::new(TimeOperator(steps)),
            ScalarNode::FromInstant(node) => Box::new(FromInstantOperator {
                input: self.instant(node, steps),
                steps: steps.count,
            }),
            ScalarNode::Negate(node) => Box::new(NegateOperator(self.scalar(node, steps))),
            ScalarNode::Binary(node) => Box::new(BinaryScalarsOperator {
                op: node.op,
                lhs: self.scalar(&node.lhs, steps),
                rhs: self.scalar(&node.rhs, steps),
            }),
            ScalarNode::Extreme { largest, lhs, rhs } => Box::new(ExtremeOperator {
                largest: *largest,
                lhs: self.scalar(lhs, steps),
                rhs: self.scalar(rhs, steps),
            }),
        }
    }
}
