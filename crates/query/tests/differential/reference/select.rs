//! Selectors, range selectors and subqueries: which samples are seen from a moment.

use std::collections::BTreeMap;

use model::{Labels, Matcher};
use promql::{Expr, Extension, Subquery, VectorSelector};

use super::rise::{self, Frame};
use super::value::Point;
use super::{LOOKBACK_MS, Reference, Refusal, Result, Vector, Windows, windows};
use crate::answer::key;

impl Reference<'_> {
    pub(super) fn select(&self, selector: &VectorSelector, at: i64) -> Result<Vector> {
        let at = self.moment(selector.at, selector.offset.as_ref(), at)?;
        match selector.extension {
            Some(Extension::Smoothed) => self.smooth(selector, at),
            Some(Extension::Anchored) => Err(Refusal::Unknown),
            None => Ok(self.newest(&selector.matchers, at, |point| point.value.clone())),
        }
    }

    /// Of each series that matches, something of its newest sample.
    pub(super) fn newest<T>(
        &self,
        matchers: &[Matcher],
        at: i64,
        of: impl Fn(&Point) -> T,
    ) -> Vec<(Labels, T)> {
        let newest = |(labels, points): &(Labels, Vec<Point>)| {
            let newest = points.iter().rev().find(|point| point.at <= at)?;
            let is_recent = newest.at > at - LOOKBACK_MS && !newest.is_stale();
            is_recent.then(|| (labels.clone(), of(newest)))
        };
        self.matching(matchers).filter_map(newest).collect()
    }

    fn matching<'a>(
        &'a self,
        matchers: &'a [Matcher],
    ) -> impl Iterator<Item = &'a (Labels, Vec<Point>)> {
        self.data
            .0
            .iter()
            .filter(move |(labels, _)| matchers.iter().all(|one| one.matches_labels(labels)))
    }

    /// The samples in `(left, right]` of each series that matches, stale markers left out.
    fn within(&self, matchers: &[Matcher], left: i64, right: i64) -> Vec<(Labels, Vec<Point>)> {
        let series = self.matching(matchers).map(|(labels, points)| {
            let is_within =
                |point: &&Point| left < point.at && point.at <= right && !point.is_stale();
            (
                labels.clone(),
                points.iter().filter(is_within).cloned().collect(),
            )
        });
        series.collect()
    }

    fn smooth(&self, selector: &VectorSelector, at: i64) -> Result<Vector> {
        let around = self.within(&selector.matchers, at - LOOKBACK_MS, at + LOOKBACK_MS);
        let found = around.into_iter().filter_map(|(labels, points)| {
            let value = windows::of_one_kind(
                &points,
                |points| rise::value_at(points, at),
                |points| rise::value_at(points, at),
            );
            Some((labels, value?))
        });
        Ok(found.collect())
    }

    pub(super) fn windows(&self, expr: &Expr, at: i64) -> Result<Windows> {
        match expr {
            Expr::Paren(paren) => self.windows(&paren.expr, at),
            Expr::Matrix(matrix) => {
                let selector = &matrix.selector;
                let end = self.moment(selector.at, selector.offset.as_ref(), at)?;
                let frame = Frame {
                    end,
                    width: self.ms(&matrix.range)?,
                };
                let edges = selector.extension;
                let before = if edges.is_some() { LOOKBACK_MS } else { 0 };
                let is_smoothed = edges == Some(Extension::Smoothed);
                let after = if is_smoothed { LOOKBACK_MS } else { 0 };
                Ok(Windows {
                    series: self.within(&selector.matchers, frame.left() - before, end + after),
                    frame,
                    edges,
                })
            }
            Expr::Subquery(subquery) => self.subquery(subquery, at),
            _ => Err(Refusal::Unknown),
        }
    }

    fn subquery(&self, subquery: &Subquery, at: i64) -> Result<Windows> {
        let end = self.moment(subquery.at, subquery.offset.as_ref(), at)?;
        let width = self.ms(&subquery.range)?;
        let step = subquery.step.as_ref().ok_or(Refusal::Unknown)?;
        let step = self.ms(step)?;
        let mut series: BTreeMap<String, (Labels, Vec<Point>)> = BTreeMap::new();
        let mut time = (end - width).div_euclid(step) * step + step;
        while time <= end {
            for (labels, value) in self.vector(&subquery.expr, time)? {
                let one = series.entry(key(&labels)).or_insert((labels, Vec::new()));
                one.1.push(Point {
                    at: time,
                    start: 0,
                    value,
                });
            }
            time += step;
        }
        Ok(Windows {
            series: series.into_values().collect(),
            frame: Frame { end, width },
            edges: None,
        })
    }
}
