//! The page, in a real browser.

/// The chat beside the form.
mod chat;
/// Posts from pages of other sites.
mod cross_site;

use anyhow::{Context as _, Result};
use tests::{BrowserDriver, Serve, skip, trained};
use thirtyfour::{extensions::query::ElementQueryable as _, prelude::*};

/// What the browser does of its own accord would only disturb: no network, no first-run pages, no graphics card.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Width and height of a phone's and of a desktop's window.
const WINDOWS: [(i64, i64); 2] = [(390, 844), (1280, 900)];

#[tokio::test(flavor = "multi_thread")]
async fn the_page_values_a_car_at_phone_and_desktop_width() -> Result<()> {
    let Some(browser) = BrowserDriver::start() else {
        skip("browser::the_page_values_a_car", "chromedriver");
        return Ok(());
    };
    let serve = Serve::start(&trained().registry);
    for (width, height) in WINDOWS {
        let driver = open(&browser, width, height).await?;
        let looked = look(&driver, &serve, width).await;
        driver.quit().await?;
        looked.with_context(|| format!("at {width}×{height}"))?;
    }
    Ok(())
}

/// A browser with a window of this size.
async fn open(browser: &BrowserDriver, width: i64, height: i64) -> Result<WebDriver> {
    let mut wishes = DesiredCapabilities::chrome();
    for flag in FLAGS {
        wishes.add_arg(flag)?;
    }
    // Headless windows have a least width; a phone's is narrower.
    wishes.add_experimental_option(
        "mobileEmulation",
        serde_json::json!({"deviceMetrics": {
            "width": width, "height": height, "pixelRatio": 1.0, "mobile": width < 600,
        }}),
    )?;
    crate::client::choose_tls();
    WebDriver::new(browser.url(), wishes)
        .await
        .context("no browser: chromedriver is here, is Chromium?")
}

async fn look(driver: &WebDriver, serve: &Serve, width: i64) -> Result<()> {
    driver.goto(serve.url("/")).await?;
    let inner: i64 = number(driver, "return window.innerWidth").await?;
    assert_eq!(inner, width);

    // The model learnt from generated cars, and the page says so.
    let notice = driver.query(By::Id("synthetic")).and_displayed();
    let notice = notice.first().await?.text().await?;
    assert!(notice.contains("synthetic"), "{notice}");

    for (field, value) in [
        ("brand", "toyota"),
        ("model", "vios"),
        ("year", "2019"),
        ("mileage_km", "45000"),
    ] {
        driver.find(By::Name(field)).await?.send_keys(value).await?;
    }
    driver.find(By::Id("submit")).await?.click().await?;

    let price = driver
        .query(By::Id("price"))
        .and_displayed()
        .first()
        .await?;
    let price = price.text().await?;
    assert!(price.chars().any(|c| c.is_ascii_digit()), "{price}");
    let ranges = driver.query(By::Css("#range svg rect.bar"));
    let ranges = ranges.and_displayed().all_from_selector().await?;
    assert_eq!(ranges.len(), models::LEVELS.len(), "one bar a level");
    let mut narrower = 0.0;
    for range in &ranges {
        let drawn = range.rect().await?;
        assert!(drawn.width > narrower, "each range holds the one before");
        narrower = drawn.width;
    }
    assert_eq!(overflow(driver).await?, 0, "the page scrolls sideways");

    // Wrong values are marked where they stand, and the words follow the language.
    let year = driver.find(By::Name("year")).await?;
    year.clear().await?;
    year.send_keys("1899").await?;
    driver
        .find(By::Css("[data-language=en]"))
        .await?
        .click()
        .await?;
    driver.find(By::Id("submit")).await?.click().await?;
    let error = driver.query(By::Css("[data-field=year] .error"));
    assert!(error.first().await?.text().await?.contains("1990"));
    let button = driver.find(By::Id("submit")).await?.text().await?;
    assert_ne!(button, "Định giá");
    Ok(())
}

/// By how much the page is wider than its window, in pixels.
async fn overflow(driver: &WebDriver) -> Result<i64> {
    let script =
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    number(driver, script).await
}

async fn number(driver: &WebDriver, script: &str) -> Result<i64> {
    let found = driver.execute(script, vec![]).await?;
    Ok(found.convert()?)
}
