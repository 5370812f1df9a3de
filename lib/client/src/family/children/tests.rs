use super::*;

/// Children are called by one letter; its byte is their hash, but for `x` and `y`, which collide.
fn hash(name: &str) -> u64 {
    if name == "y" {
        u64::from(b'x')
    } else {
        u64::from(name.as_bytes()[0])
    }
}

fn insert(children: &mut Children<()>, name: &str) {
    let labels = LabelText::new(&["n".into()], &[name]);
    children.insert(hash(name), labels, ());
}

fn remove(children: &mut Children<()>, name: &str) -> bool {
    children.remove(hash(name), &[name]).is_some()
}

fn names(chunk: &[Arc<Node<()>>]) -> String {
    chunk.iter().flat_map(|node| node.labels.values()).collect()
}

fn of(names: &[&str]) -> Children<()> {
    let mut children = Children::default();
    for name in names {
        insert(&mut children, name);
    }
    children
}

#[test]
fn equal_hashes_are_told_apart() {
    let mut children = of(&["x", "y"]);
    assert!(remove(&mut children, "x"));
    assert!(!remove(&mut children, "x"));
    let left = children
        .find(hash("y"), &["y"])
        .map(|node| names(&[Arc::clone(node)]));
    assert_eq!((left.as_deref(), children.len()), (Some("y"), 1));
}

#[test]
fn chunks_go_through_all_in_order_of_birth() {
    let children = of(&["a", "b", "c", "d", "e"]);
    let mut chunk = Vec::new();
    let from = children.chunk(0, 2, children.next_serial(), &mut chunk);
    assert_eq!((names(&chunk).as_str(), from), ("ab", 2));
    let from = children.chunk(from, 3, children.next_serial(), &mut chunk);
    assert_eq!((names(&chunk).as_str(), from), ("abcde", usize::MAX));
    assert_eq!(
        Children::<()>::default().chunk(0, 2, 0, &mut Vec::new()),
        usize::MAX
    );
}

#[test]
fn a_child_born_again_behind_the_page_is_left_for_the_next_page() {
    let mut children = of(&["a", "b", "c"]);
    remove(&mut children, "c");
    let born_before = children.next_serial();
    let mut chunk = Vec::new();
    let from = children.chunk(0, 1, born_before, &mut chunk);
    // It takes c's slot, which the page has yet to come to.
    remove(&mut children, "a");
    insert(&mut children, "a");
    children.chunk(from, 9, born_before, &mut chunk);
    assert_eq!(
        names(&chunk),
        "ab",
        "a is shown as it was when the page began"
    );
    chunk.clear();
    children.chunk(0, 9, children.next_serial(), &mut chunk);
    assert_eq!(names(&chunk), "ab", "the new one, in a slot that was free");
}

#[test]
fn numbers_go_on_when_all_are_taken() {
    let mut children = of(&["a", "b"]);
    let born_before = children.next_serial();
    assert_eq!(children.take().len(), 2);
    insert(&mut children, "a");
    let mut chunk = Vec::new();
    children.chunk(0, 9, born_before, &mut chunk);
    assert_eq!(names(&chunk), "");
}
