use super::*;

/// The counts that the reference of Prometheus 3.14 names: 90 functions, 17 of them experimental.
#[test]
fn the_table_is_complete_and_sorted() {
    assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
    let experimental = FUNCTIONS.iter().filter(|f| f.is_experimental()).count();
    assert_eq!((FUNCTIONS.len(), experimental), (90, 17));
}

#[test]
fn names_are_found_as_they_are_written() {
    for function in &FUNCTIONS {
        assert_eq!(Function::named(function.name), Some(function));
    }
    assert_eq!(Function::named("RATE"), Option::None);
    assert_eq!(Function::named(""), Option::None);
}

fn check(name: &str, expected: &[Option<ValueType>]) {
    let function = Function::named(name).expect("it is in the table");
    for (index, arg) in expected.iter().enumerate() {
        assert_eq!(function.arg_type(index), *arg, "{name}, argument {index}");
    }
}

#[test]
fn the_last_type_goes_on_when_variadic() {
    check(
        "clamp",
        &[Some(Vector), Some(Scalar), Some(Scalar), Option::None],
    );
    check(
        "label_join",
        &[
            Some(Vector),
            Some(String),
            Some(String),
            Some(String),
            Some(String),
        ],
    );
    check("time", &[Option::None]);
    check("hour", &[Some(Vector)]);
}
