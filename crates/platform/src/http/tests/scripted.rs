use super::simulated::{Answer, Ending, SimulatedNetwork};
use super::*;

const URL: &str = "http://a:1/metrics";

async fn check(answer: Answer, got: &str) {
    let network = SimulatedNetwork::default();
    network.answer(URL, answer);
    let client = network.client(&plain()).expect("a client");
    assert_eq!(get(&*client, URL).await, got);
}

#[tokio::test(start_paused = true)]
async fn answers_as_scripted() {
    let page = || Answer::ok("text/plain", "abcdef");
    check(page(), "200 abcdef").await;
    check(Answer::status(StatusCode::NOT_FOUND), "404 ").await;
    check(page().after(TIMEOUT / 2), "200 abcdef").await;
    let late = format!("Get {URL:?}: context deadline exceeded");
    check(page().after(TIMEOUT * 2), &late).await;
    check(page().ending(Ending::CutAfter(3)), "unexpected EOF").await;
    check(
        page().ending(Ending::HangAfter(3)),
        "context deadline exceeded",
    )
    .await;
    check(page().ending(Ending::Endless), "body size limit exceeded").await;
    check(page().ending(Ending::Drip(TIMEOUT / 10)), "200 abcdef").await;
    check(
        page().ending(Ending::Drip(TIMEOUT / 5)),
        "context deadline exceeded",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_of_a_script_repeats() {
    let network = SimulatedNetwork::default();
    network.script(URL, ["1", "2"].map(|body| Answer::ok("", body)));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(get(&network, URL).await);
    }
    assert_eq!(seen, ["200 1", "200 2", "200 2"]);
    assert_eq!(network.take_requests().len(), 3);
    let refused = get(&network, "http://other/").await;
    assert!(refused.ends_with("connection refused"), "{refused}");
}
