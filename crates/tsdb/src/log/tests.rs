//! Tests of the log, in the language of records: what went in comes out, or is not missed by anyone who was promised it.

mod damage;
mod fixture;
mod full;
mod model;
mod mutants;
mod round_trip;
mod said;
