//! Operators: what may stand on their sides, and which modifiers make sense with them.

use crate::ast::{Binary, Cardinality, ValueType, VectorMatching};
use crate::check::{Checked, Checker};
use crate::quote::GoQuoted;

impl Checker<'_> {
    pub(super) fn binary(&self, node: &mut Binary) -> Checked<()> {
        let left = self.expr(&mut node.lhs)?;
        let right = self.expr(&mut node.rhs)?;
        self.bool_modifier(node)?;
        if let Some(matching) = &mut node.matching
            && node.op.is_set()
            && matching.cardinality == Cardinality::OneToOne
        {
            matching.cardinality = Cardinality::ManyToMany;
        }
        if let Some(matching) = &node.matching {
            self.label_once(node, matching)?;
        }
        for (side, found) in [(&node.lhs, left), (&node.rhs, right)] {
            if !matches!(found, ValueType::Scalar | ValueType::Vector) {
                let message = "binary expression must contain only scalar and instant vector types";
                return Err(self.error(side.span(), message));
            }
        }
        let both_vectors = left == ValueType::Vector && right == ValueType::Vector;
        if let Some(matching) = &node.matching {
            self.matching(node, matching, both_vectors)?;
        }
        if !both_vectors {
            node.matching = None;
            if node.op.is_set() {
                let message = format!(
                    "set operator {} not allowed in binary scalar expression",
                    GoQuoted(node.op.as_str())
                );
                return Err(self.error(node.span, message));
            }
        }
        Ok(())
    }

    fn bool_modifier(&self, node: &Binary) -> Checked<()> {
        let comparison = node.op.is_comparison();
        if node.return_bool && !comparison {
            let message = "bool modifier can only be used on comparison operators";
            return Err(self.error(node.op_span, message));
        }
        if comparison && !node.return_bool && node.value_type() == ValueType::Scalar {
            let message = "comparisons between scalars must use BOOL modifier";
            return Err(self.error(node.op_span, message));
        }
        Ok(())
    }

    /// A label is either matched on or taken over.
    fn label_once(&self, node: &Binary, matching: &VectorMatching) -> Checked<()> {
        if !matching.on {
            return Ok(());
        }
        let both = matching
            .labels
            .iter()
            .find(|label| matching.include.contains(label));
        let Some(label) = both else {
            return Ok(());
        };
        let message = format!(
            "label {} must not occur in ON and GROUP clause at once",
            GoQuoted(label)
        );
        Err(self.error(node.op_span, message))
    }

    fn matching(
        &self,
        node: &Binary,
        matching: &VectorMatching,
        both_vectors: bool,
    ) -> Checked<()> {
        let fills = !matching.fill.is_empty();
        let grouped = matches!(
            matching.cardinality,
            Cardinality::OneToMany | Cardinality::ManyToOne
        );
        let message = if !both_vectors && !matching.labels.is_empty() {
            "vector matching only allowed between instant vectors".to_owned()
        } else if !both_vectors && fills {
            "filling in missing series only allowed between instant vectors".to_owned()
        } else if both_vectors && node.op.is_set() && grouped {
            let op = GoQuoted(node.op.as_str());
            format!("no grouping allowed for {op} operation")
        } else if both_vectors && node.op.is_set() && fills {
            "filling in missing series not allowed for set operators".to_owned()
        } else {
            return Ok(());
        };
        Err(self.error(node.span, message))
    }
}
