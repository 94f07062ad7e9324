//! The console over the running binary: what a person decides on a page takes effect in the
//! memory, and nobody sees another tenant's users.

use std::path::Path;
use std::process::Command;

use penchant_tests::app::{App, binary};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

/// SHA-256 of `secret` and of `other`.
const SECRET: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
const OTHER: &str = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa";

/// A browser at the console of an app, with at most one cookie.
struct Visit<'a> {
    app: &'a App,
    browser: Client,
    cookie: String,
}

impl<'a> Visit<'a> {
    fn new(app: &'a App) -> Self {
        let browser = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { app, browser, cookie: String::new() }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let request = self.browser.get(format!("{}{path}", self.app.http));
        let answer = request.header("cookie", &self.cookie).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn post(&self, path: &str, page: &str, form: &str) -> Response {
        let token = page.split("name=\"form_token\" value=\"").nth(1).unwrap_or_default();
        let token = token.split('"').next().unwrap_or_default();
        let request = self.browser.post(format!("{}{path}", self.app.http));
        let request = request.header("cookie", &self.cookie).header("origin", &self.app.http);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(format!("form_token={token}&{form}")).send().await.unwrap()
    }

    async fn signed_in(app: &'a App, token: &str) -> Self {
        let mut visit = Self::new(app);
        let (_, page) = visit.get("/console/sign-in").await;
        let answer = visit.post("/console/sign-in", &page, &format!("token={token}")).await;
        assert_eq!(answer.status(), 303, "{token}");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        visit.cookie = cookie.split(';').next().unwrap().to_owned();
        visit
    }
}

/// Where a form has led to.
fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// The first preference that a page leads to.
fn first_preference(page: &str) -> String {
    let start = page.split("href=\"/console/preference?").nth(1).unwrap();
    let query = start.split('"').next().unwrap().replace("&amp;", "&");
    query.rsplit("id=").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_on_a_page_takes_effect_through_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let said = app.said(&["record", "--user", "ada", "--statement", "I prefer aisle seats."]);
    let position = said.trim().rsplit(' ').next().unwrap();
    app.said(&["retrieve", "--user", "ada", "--min-position", position]);

    let visit = Visit::new(&app);
    let (status, overview) = visit.get("/console").await;
    assert_eq!(status, 200);
    assert!(overview.contains("gateway, learner, console"), "{overview}");
    let (_, user) = visit.get("/console/user?user=ada").await;
    let id = first_preference(&user);
    let path = format!("/console/preference?user=ada&id={id}");
    let (_, page) = visit.get(&path).await;
    assert!(page.contains("<blockquote>I prefer aisle seats.</blockquote>"), "{page}");
    let words = format!("user=ada&id={id}&version=1&action=edit&description=likes+%3Cwindows%3E");
    let to = location(&visit.post("/console/preference", &page, &words).await);
    assert_eq!(to, format!("{path}&done=edit"), "it is in effect when the page is shown again");
    let (_, page) = visit.get(&to).await;
    assert!(page.contains("<h1>likes &lt;windows&gt;</h1>"), "{page}");
    assert!(app.said(&["preferences", "list", "--user", "ada"]).contains("likes <windows>"));
    // The form is of a version that is gone.
    let late = visit.post("/console/preference", &page, &words).await;
    assert_eq!(late.status(), 409);

    let withdraw = format!("user=ada&id={id}&version=2&action=retract");
    location(&visit.post("/console/preference", &page, &withdraw).await);
    let (_, current) = visit.get("/console/user?user=ada").await;
    let (_, past) = visit.get("/console/user?user=ada&status=past").await;
    assert!(!current.contains("windows") && past.contains("likes &lt;windows&gt;"), "{past}");

    let to = location(&visit.post("/console/erase", &page, "user=ada&typed=ada").await);
    assert_eq!(to, "/console/users?done=erase");
    assert_eq!(visit.get(&path).await.0, 404);
    assert!(!app.said(&["export", "--user", "ada"]).contains("aisle"));
}

fn record(app: &App, token: &str, statement: &str) {
    let output = Command::new(binary())
        .args(["record", "--user", "ada", "--statement", statement])
        .envs([("PENCHANT_ENDPOINT", app.grpc.as_str()), ("PENCHANT_TOKEN", token)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let position = said.trim().rsplit(' ').next().unwrap();
    let output = Command::new(binary())
        .args(["retrieve", "--user", "ada", "--min-position", position])
        .envs([("PENCHANT_ENDPOINT", app.grpc.as_str()), ("PENCHANT_TOKEN", token)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn configuration(folder: &Path) -> String {
    let path = folder.join("penchant.toml");
    let text = format!(
        "[auth]\ntokens = [{{ sha256 = \"{SECRET}\", tenant = \"acme\" }}, \
         {{ sha256 = \"{OTHER}\", tenant = \"globex\" }}]\n"
    );
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tenant_sees_or_changes_anothers_users() {
    let folder = tempfile::tempdir().unwrap();
    let config = configuration(folder.path());
    let app = App::start_with(folder.path(), &["--config", &config]);
    record(&app, "secret", "I prefer aisle seats.");
    record(&app, "other", "I prefer oat milk.");

    assert_eq!(Visit::new(&app).get("/console/user?user=ada").await.0, 303);
    let acme = Visit::signed_in(&app, "secret").await;
    let globex = Visit::signed_in(&app, "other").await;
    let (_, theirs) = acme.get("/console/user?user=ada&status=all").await;
    let (_, ours) = globex.get("/console/user?user=ada&status=all").await;
    assert!(theirs.contains("aisle seats") && !theirs.contains("oat milk"), "{theirs}");
    assert!(ours.contains("oat milk") && !ours.contains("aisle seats"), "{ours}");
    // Ids of preferences are counted per user: the same one is another preference here.
    let id = first_preference(&theirs);
    let (_, page) = globex.get(&format!("/console/preference?user=ada&id={id}")).await;
    assert!(!page.contains("aisle seats"), "{page}");
    // A form of one visit is refused in another, and erases nobody.
    let crossed = globex.post("/console/erase", &theirs, "user=ada&typed=ada").await;
    assert_eq!(crossed.status(), 403);
    location(&globex.post("/console/erase", &ours, "user=ada&typed=ada").await);
    let (_, ours) = globex.get("/console/user?user=ada&status=all").await;
    assert!(!ours.contains("oat milk"), "{ours}");
    let (_, theirs) = acme.get("/console/user?user=ada&status=all").await;
    assert!(theirs.contains("aisle seats"), "{theirs}");
}
