//! The scenarios: name, how late samples may be (ms), script.

pub(super) const SCENARIOS: &[(&str, i64, &str)] = &[
    (
        "samples of a target come back by series",
        0,
        "
        row job=a,instance=x @1000: up=1 temp{room=1}=20.5 temp{room=2}=-3
        row job=a,instance=x @2000: up=1 temp{room=1}=21 temp{room=2}=-3
        select __name__=up 0..9000
          up{instance=x,job=a} 1000:1 2000:1
        select __name__=temp 0..9000
          temp{instance=x,job=a,room=1} 1000:20.5 2000:21
          temp{instance=x,job=a,room=2} 1000:-3 2000:-3
        select __name__=temp room=2 1001..2000
          temp{instance=x,job=a,room=2} 2000:-3
        select __name__=temp room=3 0..9000
        ",
    ),
    (
        "both ends of a range belong to it",
        0,
        "
        row job=a @1000: x=1
        row job=a @2000: x=2
        row job=a @3000: x=3
        select __name__=x 1000..3000
          x{job=a} 1000:1 2000:2 3000:3
        select __name__=x 1001..2999
          x{job=a} 2000:2
        select __name__=x 3001..9000
        ",
    ),
    (
        "what is not committed is not there",
        0,
        "
        rollback job=a @1000: x=1
        select __name__=x 0..9000
        names
        values job
        row job=a @1000: x=2
        select __name__=x 0..9000
          x{job=a} 1000:2
        ",
    ),
    (
        "every float comes back to the bit",
        0,
        "
        row job=a @1000: x=nan:7ff8000000000000 y=-0 z=+inf s=stale w=4.9e-324
        row job=a @2000: x=nan:7ff8000000000001 y=0 z=-inf s=1 w=1.7976931348623157e308
        row job=a @3000: x=nan:7ff0000000000003 y=0.1 z=1 s=2 w=-1
        row job=a @4000: x=nan:fff8000000000042 y=0.1 z=1 s=2 w=-1
        select __name__=x 0..9000
          x{job=a} 1000:nan:7ff8000000000000 2000:nan:7ff8000000000001 3000:nan:7ff0000000000003 4000:nan:fff8000000000042
        select __name__=y 0..9000
          y{job=a} 1000:-0 2000:0 3000:0.1 4000:0.1
        select __name__=z 0..9000
          z{job=a} 1000:+inf 2000:-inf 3000:1 4000:1
        select __name__=w 0..9000
          w{job=a} 1000:4.9e-324 2000:1.7976931348623157e308 3000:-1 4000:-1
        ",
    ),
    (
        "a series may begin late, end, and come back",
        0,
        "
        row job=a @1000: x=1
        row job=a @2000: x=1 y=5
        row job=a @3000: x=1 y=stale
        row job=a @4000: x=1
        row job=a @5000: x=1 y=6
        select __name__=y 0..9000
          y{job=a} 2000:5 5000:6
        select job=a 0..9000
          x{job=a} 1000:1 2000:1 3000:1 4000:1 5000:1
          y{job=a} 2000:5 5000:6
        select job=a 4000..4000
          x{job=a} 4000:1
        ",
    ),
    (
        "a gap without a stale marker is a gap, not an end",
        0,
        "
        row job=a @1000: x=1 y=5
        row job=a @2000: x=1
        row job=a @3000: x=1 y=6
        markers __name__=y 0..9000
          y{job=a} 0
        select job=a 0..9000
          x{job=a} 1000:1 2000:1 3000:1
          y{job=a} 1000:5 3000:6
        ",
    ),
    (
        "gaps of several series, before and after ends",
        0,
        "
        row job=a @1000: x=1 y=5 z=1
        row job=a @2000: x=1 z=2
        row job=a @3000: x=1 y=6
        row job=a @4000: x=1 y=stale z=4
        row job=a @5000: x=1
        row job=a @6000: x=1 y=7 z=5
        select job=a 0..9000
          x{job=a} 1000:1 2000:1 3000:1 4000:1 5000:1 6000:1
          y{job=a} 1000:5 3000:6 6000:7
          z{job=a} 1000:1 2000:2 4000:4 6000:5
        select job=a 2000..3000
          x{job=a} 2000:1 3000:1
          y{job=a} 3000:6
          z{job=a} 2000:2
        newest job=a 0..9000
          x{job=a} 6000:1
          y{job=a} 6000:7
          z{job=a} 6000:5
        newest job=a 0..5000
          x{job=a} 5000:1
          z{job=a} 4000:4
        newest job=a 0..3999
          x{job=a} 3000:1
          y{job=a} 3000:6
          z{job=a} 2000:2
        newest job=a 4500..5500
          x{job=a} 5000:1
        ",
    ),
    (
        "start times come back with their samples",
        3000,
        "
        row job=a @1000: x=1^500 y=1
        row job=a @2000: x=2^500 y=1
        row job=a @3000: x=1^2500 y=2^1000
        row job=a @4000: x=2 y=3^1000
        row job=a @5000: x=3 y=4^1000
        select job=a 0..9000
          x{job=a} 1000:1^500 2000:2^500 3000:1^2500 4000:2 5000:3
          y{job=a} 1000:1 2000:1 3000:2^1000 4000:3^1000 5000:4^1000
        row job=a @2500: x=9^2400
        row job=a @4500: y=9
        select job=a 2000..4500
          x{job=a} 2000:2^500 2500:9^2400 3000:1^2500 4000:2
          y{job=a} 2000:1 3000:2^1000 4000:3^1000 4500:9
        ",
    ),
    (
        "a value stands once for its time",
        0,
        "
        row job=a @1000: x=1
        row job=a @1000: x=1
        refused duplicate sample for timestamp job=a @1000: x=2
        row job=a @1000: y=1
        select job=a 0..9000
          x{job=a} 1000:1
          y{job=a} 1000:1
        ",
    ),
    (
        "late samples are refused when there is no window",
        0,
        "
        row job=a @5000: x=1
        refused out of order sample job=a @4000: x=2
        select job=a 0..9000
          x{job=a} 5000:1
        ",
    ),
    (
        "late samples find their place inside the window",
        3000,
        "
        row job=a @1000: x=1
        row job=a @5000: x=5
        row job=a @3000: x=3
        row job=a @2000: x=2
        refused out of bounds job=a @1999: x=9
        refused duplicate sample for timestamp job=a @3000: x=4
        row job=a @6000: x=6
        select job=a 0..9000
          x{job=a} 1000:1 2000:2 3000:3 5000:5 6000:6
        select job=a 2500..5500
          x{job=a} 3000:3 5000:5
        ",
    ),
    (
        "samples with times of their own don't disturb the row",
        3000,
        "
        row job=a @1000: x=1 y=7@500
        row job=a @2000: x=2 y=8@1500
        row job=a @3000: x=3 y=8@1500
        select __name__=y 0..9000
          y{job=a} 500:7 1500:8
        select job=a 0..9000
          x{job=a} 1000:1 2000:2 3000:3
          y{job=a} 500:7 1500:8
        ",
    ),
    (
        "a series that two targets send is one series",
        3000,
        "
        row job=a @1000: whole:x{who=me}=1
        row job=b @1500: whole:x{who=me}=2
        row job=a @2000: whole:x{who=me}=3
        refused duplicate sample for timestamp job=b @2000: whole:x{who=me}=4
        select __name__=x 0..9000
          x{who=me} 1000:1 1500:2 2000:3
        ",
    ),
    (
        "the label set is the identity, however it was sent",
        0,
        "
        row job=a @1000: x{l=1}=1
        row job=a @2000: whole:x{job=a,l=1}=2
        select __name__=x 0..9000
          x{job=a,l=1} 1000:1 2000:2
        ",
    ),
    (
        "matchers of all kinds",
        0,
        "
        row job=a @1000: x{l=one}=1 x{l=two}=2 x=3 y{l=one}=4
        row job=b @1000: x{l=one}=5
        select __name__=x l=one 0..9000
          x{job=a,l=one} 1000:1
          x{job=b,l=one} 1000:5
        select __name__=x l!=one 0..9000
          x{job=a} 1000:3
          x{job=a,l=two} 1000:2
        select __name__=x l= 0..9000
          x{job=a} 1000:3
        select __name__=x l!= job=a 0..9000
          x{job=a,l=one} 1000:1
          x{job=a,l=two} 1000:2
        select __name__=x l=~one|two job!~b 0..9000
          x{job=a,l=one} 1000:1
          x{job=a,l=two} 1000:2
        select __name__=~.+ l=~o.* job=a 0..9000
          x{job=a,l=one} 1000:1
          y{job=a,l=one} 1000:4
        select __name__=x l!~t.* 0..9000
          x{job=a} 1000:3
          x{job=a,l=one} 1000:1
          x{job=b,l=one} 1000:5
        select __name__=x l=~one| job=a 0..9000
          x{job=a} 1000:3
          x{job=a,l=one} 1000:1
        select nothing=at,all 0..9000
        select nothing!=all __name__=y 0..9000
          y{job=a,l=one} 1000:4
        ",
    ),
    (
        "names and values of labels, under matchers too",
        0,
        "
        row job=a @1000: x{l=one}=1 y{m=two}=2
        row job=b @1000: x{l=three}=1
        names
          __name__ job l m
        names __name__=y
          __name__ job m
        values l
          one three
        values l job=b
          three
        values __name__ job=a
          x y
        values absent
        ",
    ),
    (
        "many rows keep their order",
        0,
        "
        rows job=a 1000 step 1000 times 1000: x
        count __name__=x 0..2000000 1000
        count __name__=x 128000..129000 2
        count __name__=x 500000..500999 1
        ",
    ),
    (
        "deleted samples are gone, the others are not",
        0,
        "
        row job=a @1000: x=1 y=1
        row job=a @2000: x=2 y=2
        row job=a @3000: x=3 y=3
        delete __name__=x 1500..2500
        select job=a 0..9000
          x{job=a} 1000:1 3000:3
          y{job=a} 1000:1 2000:2 3000:3
        delete __name__=y 0..9000
        select job=a 0..9000
          x{job=a} 1000:1 3000:3
        values __name__
          x
        row job=a @4000: x=4 y=4
        select job=a 0..9000
          x{job=a} 1000:1 3000:3 4000:4
          y{job=a} 4000:4
        ",
    ),
    (
        "a deleted series takes samples at the same time again",
        0,
        "
        row job=a @1000: x=1 y=1
        delete __name__=x 0..9000
        row job=a @2000: x=2 y=2
        select __name__=x 0..9000
          x{job=a} 2000:2
        ",
    ),
];

/// Rows that are handed over and waited for later: its `together` opens several appenders at a time.
pub(super) const HANDED_OVER: &str = "
        together job=a @1000: x=1 | job=b @1000: x=2 y=3 | job=a @2000: x=4 z=5
        select __name__=x 0..9000
          x{job=a} 1000:1 2000:4
          x{job=b} 1000:2
        row job=a @3000: x=6
        together job=a @4000: x=7
        select job=a 0..9000
          x{job=a} 1000:1 2000:4 3000:6 4000:7
          z{job=a} 2000:5
        select __name__=y 0..9000
          y{job=b} 1000:3
        ";
