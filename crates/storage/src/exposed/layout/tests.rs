use super::*;

fn line(text: &str) -> Line<'_> {
    let key_at = text.rfind('\n').map_or(0, |newline| newline + 1);
    Line::new(text, key_at, Some(Kind::Gauge))
}

fn layout(lines: &[String], end: &str, layouts: &Layouts) -> Layout {
    let mut builder = LayoutBuilder::default();
    for text in lines {
        builder.push(line(text));
    }
    for (index, text) in lines.iter().enumerate() {
        assert_eq!(builder.key(index), line(text).key());
    }
    builder.finish(end, layouts)
}

/// Lines with and without comments.
fn lines(count: usize) -> Vec<String> {
    let line = |number: usize| match number % 3 {
        0 => format!("# TYPE a{number} gauge\na{number}"),
        _ => format!("a{}{{b=\"{number}\"}}", number - number % 3),
    };
    (0..count).map(line).collect()
}

#[test]
fn a_layout_has_its_lines_in_order() {
    let layouts = Layouts::default();
    for count in 0..100 {
        for end in ["", "# EOF\n"] {
            let lines = lines(count);
            let layout = layout(&lines, end, &layouts);
            let texts: Vec<&str> = layout.lines().map(|line| line.text()).collect();
            assert_eq!(texts, lines);
            assert_eq!((layout.len(), layout.end()), (count, end));
        }
    }
}

#[test]
fn layouts_share_what_they_have_in_common() {
    let layouts = Layouts::default();
    let lines = lines(400);
    let one = layout(&lines, "", &layouts);
    let same = layout(&lines, "", &layouts);
    assert!(std::iter::zip(&one.chunks, &same.chunks).all(|(a, b)| Arc::ptr_eq(a, b)));

    let mut other = lines.clone();
    other[200].push_str("{host=\"other\"}");
    other.insert(300, "new".to_owned());
    let other = layout(&other, "", &layouts);
    let shared = other
        .chunks
        .iter()
        .filter(|chunk| one.chunks.iter().any(|own| Arc::ptr_eq(chunk, own)));
    assert!(shared.count() + 4 >= one.chunks.len());
}

#[test]
fn what_nobody_has_is_let_go() {
    let layouts = Layouts::default();
    let kept = layout(&lines(400), "", &layouts);
    for number in 0..5000 {
        drop(layout(&[format!("a{number}")], "", &layouts));
    }
    let count = layouts.inner.lock().expect("no panic before").chunks.len();
    assert!(count <= 1024 + kept.chunks.len(), "{count}");
    let same = layout(&lines(400), "", &layouts);
    assert!(std::iter::zip(&kept.chunks, &same.chunks).all(|(a, b)| Arc::ptr_eq(a, b)));
}
