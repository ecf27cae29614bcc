//! The chat beside the form.

use anyhow::{Context as _, Result};
use tests::{BrowserDriver, Serve, skip, trained};
use thirtyfour::{extensions::query::ElementQueryable as _, prelude::*};

use super::{WINDOWS, open, overflow};

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_answers_values_and_refuses_at_phone_and_desktop_width() -> Result<()> {
    let Some(browser) = BrowserDriver::start() else {
        skip("browser::chat::the_chat_answers", "chromedriver");
        return Ok(());
    };
    let serve = Serve::start(&trained().registry);
    for (width, height) in WINDOWS {
        let driver = open(&browser, width, height).await?;
        let talked = talk(&driver, &serve, width).await;
        driver.quit().await?;
        talked.with_context(|| format!("at {width}×{height}"))?;
    }
    Ok(())
}

async fn talk(driver: &WebDriver, serve: &Serve, width: i64) -> Result<()> {
    driver.goto(serve.url("/")).await?;
    if width < 600 {
        // A phone shows the form first.
        assert!(!driver.find(By::Id("chat")).await?.is_displayed().await?);
        let button = driver.find(By::Css("[data-show=chat]")).await?;
        button.click().await?;
    }
    answers(driver).await?;
    values(driver).await?;
    refuses(driver).await?;
    assert_eq!(overflow(driver).await?, 0, "the page scrolls sideways");

    // The words follow the language; what was said stays.
    let english = driver.find(By::Css("[data-language=en]")).await?;
    english.click().await?;
    let send = driver.find(By::Id("chat-send")).await?.text().await?;
    assert_eq!(send, "Send");
    let turns = driver.find_all(By::Css("#chat-log .turn")).await?.len();
    assert_eq!(turns, 4);
    Ok(())
}

/// A question gets an answer whose source opens, and the answer is rated.
async fn answers(driver: &WebDriver) -> Result<()> {
    let answer = ask(driver, "Phí Đặt cọc an toàn là bao nhiêu và ai trả?", 1).await?;
    let words = answer.find(By::Css(".words")).await?.text().await?;
    assert!(words.contains("0,5 %"), "{words}");
    let entry = answer.find(By::Css(".source .entry")).await?;
    assert!(!entry.is_displayed().await?, "sources begin closed");
    answer.find(By::Css(".cite")).await?.click().await?;
    let entry = answer.query(By::Css(".source[open] .entry"));
    let entry = entry.and_displayed().first().await?.text().await?;
    assert!(words.contains(entry.trim_end_matches('.')), "{entry}");

    let helpful = answer.find(By::Css(".rating button")).await?;
    helpful.click().await?;
    let noted = answer.query(By::Css(".rating button[aria-pressed=true]"));
    assert_eq!(noted.first().await?.text().await?, "Có ích");
    Ok(())
}

/// A car gets a price that is drawn as beside the form.
async fn values(driver: &WebDriver) -> Result<()> {
    let answer = ask(driver, "định giá vios 2019 đi 4 vạn", 2).await?;
    let price = answer.find(By::Css(".price")).await?.text().await?;
    assert!(price.chars().any(|c| c.is_ascii_digit()), "{price}");
    let ranges = answer.find_all(By::Css("svg rect.bar")).await?;
    assert_eq!(ranges.len(), models::LEVELS.len(), "one bar a level");
    Ok(())
}

/// A question that nothing answers gets a friendly word and two that something does.
async fn refuses(driver: &WebDriver) -> Result<()> {
    let answer = ask(driver, "cách nấu phở bò", 3).await?;
    let class = answer.class_name().await?.unwrap_or_default();
    assert!(class.contains("refusal"), "{class}");
    assert!(answer.find_all(By::Css(".source")).await?.is_empty());
    let suggestions = answer.find_all(By::Css(".chip")).await?;
    assert_eq!(suggestions.len(), 2);
    suggestions[0].click().await?;
    let answer = answered(driver, 4).await?;
    let _ = answer.find(By::Css(".source")).await?;
    Ok(())
}

/// Asks by keyboard alone, as the `turn`th question, and waits for the answer. The field keeps the focus.
async fn ask(driver: &WebDriver, question: &str, turn: usize) -> Result<WebElement> {
    let input = driver.find(By::Id("chat-input")).await?;
    input.send_keys(question).await?;
    input.send_keys(Key::Enter).await?;
    let answer = answered(driver, turn).await?;
    let focused = driver.active_element().await?.id().await?;
    assert_eq!(focused.as_deref(), Some("chat-input"));
    Ok(answer)
}

/// The `turn`th answer, when it is whole.
async fn answered(driver: &WebDriver, turn: usize) -> Result<WebElement> {
    let whole = format!("#chat-log .turn:nth-of-type({turn}) .answer:not([aria-busy])");
    let answer = driver.query(By::Css(whole)).first().await?;
    let failures = answer.find_all(By::Css(".failure")).await?;
    assert!(failures.is_empty(), "{}", answer.text().await?);
    Ok(answer)
}
