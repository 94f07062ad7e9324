//! The console as a browser sees it.

use std::sync::Arc;

use penchant::edge::EdgeOptions;
use penchant::gateway::Gateway;
use penchant::http::HttpOptions;
use penchant_core::event::DirectiveAction;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use crate::double::Double;
use crate::grpc_operations::with_tokens;
use crate::server::{Server, http_over, options};

async fn console(options: EdgeOptions) -> Server {
    let double = Arc::new(Double::default());
    let gateway: Arc<dyn Gateway> = Arc::<Double>::clone(&double);
    let more = penchant::console::router(gateway, &options, "gateway, console");
    http_over(double, options, HttpOptions { more, ..HttpOptions::default() }).await
}

/// A browser that is told where to go, and does not go there by itself.
fn browser() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

async fn page(server: &Server, path: &str) -> String {
    let answer = browser().get(server.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The token that the forms of a page carry.
fn form_token(page: &str) -> String {
    let start = page.split("name=\"form_token\" value=\"").nth(1).unwrap();
    start.split('"').next().unwrap().to_owned()
}

async fn post(server: &Server, path: &str, form: &[(&str, &str)]) -> Response {
    let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = browser().post(server.url(path)).body(body.join("&"));
    request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
}

fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn every_page_is_there_and_guarded() {
    let server = console(options()).await;
    for (path, says) in [
        ("/console", "The lexical embedder"),
        ("/console", "catching up"),
        ("/console/users", "1 of 2 users"),
        ("/console/user?user=ada", "prefers bullet points"),
        ("/console/preference?user=ada&id=p-1", "please use bullets"),
        ("/console/dead-letters", "malformed"),
    ] {
        let answer = browser().get(server.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        let text = answer.text().await.unwrap();
        assert!(
            text.to_lowercase().contains(&says.to_lowercase()),
            "{path} without {says}: {text}"
        );
        for forbidden in ["<script", " style=", " onclick", "javascript:"] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
    }
    let home = browser().get(server.url("/")).send().await.unwrap();
    assert_eq!((home.status().as_u16(), location(&home)), (303, "/console"));
    let missing = browser().get(server.url("/console/preference?user=ada&id=none")).send().await;
    assert_eq!(missing.unwrap().status(), 404);
    let down = browser().get(server.url("/console/user?user=down")).send().await.unwrap();
    assert_eq!(down.status(), 503);
}

#[tokio::test]
async fn no_text_becomes_markup() {
    let server = console(options()).await;
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'&amp;";
    *server.double.description.lock().unwrap() = hostile.to_owned();
    for path in [
        "/console/user?user=ada",
        "/console/preference?user=ada&id=p-1",
        "/console/preference?user=ada&id=p-1&done=%3Cscript%3E",
        "/console/dead-letters",
        "/console/user?user=ada&status=%3Cscript%3E",
        "/console/user?user=%3Cscript%3E",
    ] {
        let text = browser().get(server.url(path)).send().await.unwrap().text().await.unwrap();
        for forbidden in ["<script", "<img", "<b>"] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}: {text}");
        }
    }
    let text = page(&server, "/console/preference?user=ada&id=p-1").await;
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;"), "{text}");
    assert!(text.contains("&amp;amp;"), "what was an entity is text: {text}");
}

#[tokio::test]
async fn a_decision_needs_the_pages_token_and_goes_through_the_log() {
    let server = console(options()).await;
    let token = form_token(&page(&server, "/console/preference?user=ada&id=p-1").await);
    let decide = async |token: &str, action: &str, description: &str| {
        let form = [
            ("form_token", token),
            ("user", "ada"),
            ("id", "p-1"),
            ("version", "3"),
            ("action", action),
            ("description", description),
        ];
        post(&server, "/console/preference", &form).await
    };
    for wrong in ["", "0", &token[1..], &format!("{token}0")] {
        assert_eq!(decide(wrong, "retract", "").await.status(), 403, "{wrong}");
    }
    let typed = browser().post(server.url("/console/preference")).body("{}");
    let typed = typed.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(typed.status(), 400);
    let foreign = browser()
        .post(server.url("/console/preference"))
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("form_token={token}&user=ada&id=p-1&action=retract"));
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    assert!(server.double.directives.lock().unwrap().is_empty(), "nothing was decided");

    for action in ["confirm", "retract", "restore", "pin"] {
        let answer = decide(&token, action, "left+from+another+form").await;
        assert_eq!(answer.status(), 303);
        let to = format!("/console/preference?user=ada&id=p-1&done={action}");
        assert_eq!(location(&answer), to);
    }
    assert_eq!(decide(&token, "edit", "likes+tea+%26+%22cake%22").await.status(), 303);
    assert_eq!(decide(&token, "steal", "").await.status(), 400);
    let directives = server.double.directives.lock().unwrap();
    let actions: Vec<&DirectiveAction> = directives.iter().map(|(one, _)| &one.action).collect();
    let words = DirectiveAction::Edit("likes tea & \"cake\"".to_owned());
    let wanted = [
        &DirectiveAction::Confirm,
        &DirectiveAction::Retract,
        &DirectiveAction::Restore,
        &DirectiveAction::Pin,
        &words,
    ];
    assert_eq!(actions, wanted);
    assert!(directives.iter().all(|(one, _)| one.expected_version == 3));
    let asked = server.double.asked();
    assert!(asked.iter().any(|line| line.starts_with("reached Some")), "effects are waited for");
}

#[tokio::test]
async fn a_decision_about_what_has_changed_since_says_so() {
    let server = console(options()).await;
    let token = form_token(&page(&server, "/console/preference?user=ada&id=p-1").await);
    let form = [("form_token", token.as_str()), ("user", "stale"), ("id", "p"), ("action", "pin")];
    let answer = post(&server, "/console/preference", &form).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("version 7, not 3"));
}

#[tokio::test]
async fn a_user_is_erased_only_when_the_id_was_typed() {
    let server = console(options()).await;
    let token = form_token(&page(&server, "/console/user?user=ada").await);
    let erase = async |token: &str, typed: &str| {
        let form = [("form_token", token), ("user", "ada"), ("typed", typed)];
        post(&server, "/console/erase", &form).await
    };
    assert_eq!(erase("", "ada").await.status(), 403);
    for typed in ["", "Ada", "adam", "yes"] {
        assert_eq!(erase(&token, typed).await.status(), 400, "{typed}");
    }
    assert!(!server.double.asked().iter().any(|line| line.starts_with("erase")));
    let erased = erase(&token, "ada").await;
    assert_eq!(location(&erased), "/console/users?done=erase");
    assert!(server.double.asked().contains(&"erase default/ada".to_owned()));
    assert!(page(&server, location(&erased)).await.contains("Done: erased."));
}

#[tokio::test]
async fn lists_page_and_say_what_they_leave_out() {
    let server = console(options()).await;
    let first = page(&server, "/console/users").await;
    assert!(first.contains("1 of 2 users") && !first.contains("First page"), "{first}");
    assert!(first.contains("href=\"/console/users?page=second\""), "{first}");
    let second = page(&server, "/console/users?page=second").await;
    assert!(second.contains("First page") && !second.contains("Next page"), "{second}");
    let past = page(&server, "/console/user?user=ada&status=past").await;
    let next = "href=\"/console/user?user=ada&amp;status=past&amp;page=second\"";
    assert!(past.contains("1 of 2 preferences") && past.contains(next), "{past}");
    let asked = server.double.asked();
    let wanted = "list [Superseded, Retracted, Expired] 50 default/ada".to_owned();
    assert!(asked.contains(&wanted), "{asked:?}");
    let forged = browser().get(server.url("/console/users?page=forged")).send().await.unwrap();
    assert_eq!(forged.status(), 400);
    let letters = page(&server, "/console/dead-letters").await;
    assert!(letters.contains("there are more than the 200 looked through"), "{letters}");
}

#[tokio::test]
async fn a_token_is_given_once_and_names_the_tenant() {
    let server = console(with_tokens()).await;
    let inside = ["/console", "/console/users", "/console/user?user=ada", "/console/dead-letters"];
    for path in inside {
        let answer = browser().get(server.url(path)).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/console/sign-in"));
    }
    let unknown = post(&server, "/console/erase", &[("user", "ada"), ("typed", "ada")]).await;
    assert_eq!(unknown.status(), 401);
    assert_eq!(server.double.asked(), Vec::<String>::new(), "nothing was asked for a stranger");

    let token = form_token(&page(&server, "/console/sign-in").await);
    let sign_in = async |form_token: &str, token: &str| {
        let form = [("form_token", form_token), ("token", token)];
        post(&server, "/console/sign-in", &form).await
    };
    assert_eq!(sign_in("", "secret").await.status(), 403);
    assert_eq!(sign_in(&token, "wrong").await.status(), 401);
    let answer = sign_in(&token, "secret").await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/console"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(!cookie.contains("secret"), "the credential stays here");

    let visit = async |path: &str| {
        let request = browser().get(server.url(path)).header("cookie", &cookie);
        request.send().await.unwrap()
    };
    let users = visit("/console/user?user=ada").await.text().await.unwrap();
    assert!(users.contains(">acme<"), "{users}");
    visit("/console/dead-letters").await;
    let asked = server.double.asked();
    assert!(asked.contains(&"list [Active] 50 acme/ada".to_owned()), "{asked:?}");
    assert!(asked.contains(&"dead letters Some(\"acme\") 200".to_owned()), "{asked:?}");
    // The forms of another visit, and of the page for strangers, are not this one's.
    let erase = async |token: &str| {
        let body = format!("form_token={token}&user=ada&typed=ada");
        let request = browser().post(server.url("/console/erase")).header("cookie", &cookie);
        let typed = request.header("content-type", "application/x-www-form-urlencoded");
        typed.body(body).send().await.unwrap()
    };
    assert_eq!(erase(&token).await.status(), 403);
    assert_eq!(erase(&form_token(&users)).await.status(), 303);
    assert!(server.double.asked().contains(&"erase acme/ada".to_owned()));

    let body = format!("form_token={}", form_token(&users));
    let leave = browser().post(server.url("/console/sign-out")).header("cookie", &cookie);
    let typed = leave.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(typed.body(body).send().await.unwrap().status(), 303);
    assert_eq!(visit("/console").await.status(), 303, "the cookie has no visit any more");
}
