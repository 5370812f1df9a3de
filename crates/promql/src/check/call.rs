//! Calls: how many arguments, and of which types.

use crate::ast::{Call, Expr, ValueType};
use crate::check::{Checked, Checker};
use crate::functions::{Function, Variadic};
use crate::quote::GoQuoted;

impl Checker<'_> {
    pub(super) fn call(&self, call: &mut Call) -> Checked<()> {
        let function = call.function;
        if let Some(message) = wrong_count(function, call.args.len()) {
            return Err(self.error(call.span, message));
        }
        let place = format!("call to function {}", GoQuoted(function.name));
        if function.name == "info"
            && let Some(selector) = call.args.get(1)
        {
            self.info_selector(call, selector, &place)?;
        }
        for (index, arg) in call.args.iter_mut().enumerate() {
            // The second argument of `info` is braces alone, in which nothing is required to be there.
            if function.name == "info" && index == 1 {
                continue;
            }
            if let Some(wanted) = function.arg_type(index) {
                self.expect(arg, wanted, &place)?;
            }
        }
        Ok(())
    }

    /// The second argument of `info` is no vector to evaluate but matchers for the series to join.
    fn info_selector(&self, call: &Call, arg: &Expr, place: &str) -> Checked<()> {
        let found = arg.value_type();
        if found != ValueType::Vector {
            return Err(self.mismatch(call.span, ValueType::Vector, place, found));
        }
        let message = match arg {
            Expr::Vector(selector) if selector.name.is_none() => return Ok(()),
            Expr::Vector(_) => "expected label selectors only, got vector selector instead",
            _ => "expected label selectors only",
        };
        Err(self.error(arg.span(), message))
    }
}

/// What is wrong with a number of arguments, if something is.
fn wrong_count(function: &Function, given: usize) -> Option<String> {
    let listed = function.args.len();
    let (bound, limit) = match function.variadic {
        Variadic::None if given != listed => ("", listed),
        Variadic::None => return None,
        Variadic::UpTo(_) | Variadic::Unlimited if given + 1 < listed => ("at least ", listed - 1),
        Variadic::UpTo(more) if given > listed - 1 + more => ("at most ", listed - 1 + more),
        Variadic::UpTo(_) | Variadic::Unlimited => return None,
    };
    let name = GoQuoted(function.name);
    Some(format!(
        "expected {bound}{limit} argument(s) in call to {name}, got {given}"
    ))
}
