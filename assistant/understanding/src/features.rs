//! Gearbox, fuel and body in running text.

use std::ops::Range;
use std::sync::LazyLock;

use datasets::vocabulary::{Body, Fuel, Transmission};

use super::lexicon::Lexicon;
use super::text::Text;

static GEARBOXES: LazyLock<Lexicon<Transmission>> = LazyLock::new(|| {
    use Transmission::{Automatic, Manual, SemiAutomatic};
    Lexicon::new([
        ("số tự động", Automatic),
        ("hộp số tự động", Automatic),
        ("tự động", Automatic),
        ("số auto", Automatic),
        ("auto", Automatic),
        ("automatic", Automatic),
        ("automatics", Automatic),
        ("at", Automatic),
        ("cvt", Automatic),
        ("dct", Automatic),
        ("dsg", Automatic),
        ("vô cấp", Automatic),
        ("ly hợp kép", Automatic),
        ("số sàn", Manual),
        ("số tay", Manual),
        ("bản sàn", Manual),
        ("xe sàn", Manual),
        ("mt", Manual),
        ("manual", Manual),
        ("stick", Manual),
        ("stick shift", Manual),
        ("bán tự động", SemiAutomatic),
        ("số bán tự động", SemiAutomatic),
        ("semi - automatic", SemiAutomatic),
        ("semi automatic", SemiAutomatic),
    ])
});

static FUELS: LazyLock<Lexicon<Option<Fuel>>> = LazyLock::new(|| {
    use Fuel::{Diesel, Electric, Hybrid, Petrol};
    let meanings = [
        ("xăng", Petrol),
        ("máy xăng", Petrol),
        ("động cơ xăng", Petrol),
        ("petrol", Petrol),
        ("gasoline", Petrol),
        ("gas", Petrol),
        ("dầu", Diesel),
        ("máy dầu", Diesel),
        ("động cơ dầu", Diesel),
        ("chạy dầu", Diesel),
        ("xe dầu", Diesel),
        ("diesel", Diesel),
        ("dielsel", Diesel),
        ("hybrid", Hybrid),
        ("hev", Hybrid),
        ("phev", Hybrid),
        ("plug - in hybrid", Hybrid),
        ("xăng điện", Hybrid),
        ("xăng lai điện", Hybrid),
        ("lai điện", Hybrid),
        ("điện", Electric),
        ("xe điện", Electric),
        ("ô tô điện", Electric),
        ("oto điện", Electric),
        ("máy điện", Electric),
        ("chạy điện", Electric),
        ("thuần điện", Electric),
        ("động cơ điện", Electric),
        ("electric", Electric),
        ("evs", Electric),
        ("ev", Electric),
    ];
    // Words beside which `xăng`, `dầu` and `điện` are something else.
    let other = [
        "hao xăng",
        "tốn xăng",
        "tiết kiệm xăng",
        "ăn xăng",
        "tiền xăng",
        "lít xăng",
        "đổ xăng",
        "bình xăng",
        "thay dầu",
        "dầu nhớt",
        "dầu máy",
        "dầu hộp số",
        "hao dầu",
        "chảy dầu",
        "rò dầu",
        "ghế điện",
        "cốp điện",
        "gập điện",
        "chỉnh điện",
        "điện thoại",
        "kính điện",
        "điện tử",
        "phanh điện",
        "phanh tay điện",
        "trợ lực điện",
        "điện lạnh",
        "hệ thống điện",
        "cửa điện",
        "gương điện",
        "điện nước",
        "sạc điện",
        "hóa đơn điện",
        "điện biên",
        "electric seats",
        "electric windows",
        "electric tailgate",
        "electric mirrors",
        "gas station",
        "gas mileage",
        "dau xe",
        "đầu xe",
        "bồn dầu",
        "bưu điện",
    ];
    Lexicon::new(
        meanings
            .map(|(phrase, fuel)| (phrase, Some(fuel)))
            .into_iter()
            .chain(other.map(|phrase| (phrase, None))),
    )
});

static BODIES: LazyLock<Lexicon<Option<Body>>> = LazyLock::new(|| {
    use Body::{
        Convertible, Coupe, Crossover, Hatchback, Mpv, Pickup, Sedan, Suv, Truck, Van, Wagon,
    };
    let meanings = [
        ("sedan", Sedan),
        ("sedans", Sedan),
        ("saloon", Sedan),
        ("suv", Suv),
        ("suvs", Suv),
        ("crossover", Crossover),
        ("crossovers", Crossover),
        ("cuv", Crossover),
        ("hatchback", Hatchback),
        ("hatchbacks", Hatchback),
        ("hatback", Hatchback),
        ("mpv", Mpv),
        ("mpvs", Mpv),
        ("minivan", Mpv),
        ("minivans", Mpv),
        ("people carrier", Mpv),
        ("xe đa dụng", Mpv),
        ("bán tải", Pickup),
        ("xe bán tải", Pickup),
        ("pickup", Pickup),
        ("pickups", Pickup),
        ("pickup truck", Pickup),
        ("pickup trucks", Pickup),
        ("pick - up", Pickup),
        ("pick up truck", Pickup),
        ("pick up trucks", Pickup),
        ("xe pick up", Pickup),
        ("coupe", Coupe),
        ("coupé", Coupe),
        ("coupes", Coupe),
        ("convertible", Convertible),
        ("convertibles", Convertible),
        ("cabriolet", Convertible),
        ("mui trần", Convertible),
        ("wagon", Wagon),
        ("estate", Wagon),
        ("station wagon", Wagon),
        ("xe van", Van),
        ("vans", Van),
        ("a van", Van),
        ("cargo van", Van),
        ("xe tải", Truck),
        ("lorry", Truck),
        ("trucks", Truck),
        ("truck", Truck),
    ];
    let other = ["estate agent", "real estate"];
    Lexicon::new(
        meanings
            .map(|(phrase, body)| (phrase, Some(body)))
            .into_iter()
            .chain(other.map(|phrase| (phrase, None))),
    )
});

/// A feature that the message names, and its tokens.
type Found<T> = Option<(T, Range<usize>)>;

/// The first gearbox named; `at` and `mt` only where they are no English words.
pub(super) fn transmission(text: &Text, english: bool) -> Found<Transmission> {
    GEARBOXES.all(text).into_iter().find_map(|(span, gearbox)| {
        let preposition =
            english && text.plain(span.start) == "at" && !text.tokens[span.start].capital;
        let glued = text.glued(span.start) && text.is_number(span.start.saturating_sub(1));
        // `tự động gia hạn` renews itself.
        let verb = text.plain(span.start) == "tu"
            && matches!(
                text.plain(span.end),
                "gia" | "dang" | "xoa" | "tru" | "cap" | "an" | "ha" | "dong"
            );
        ((!preposition || glued) && !verb).then_some((gearbox, span))
    })
}

/// The first fuel named.
pub(super) fn fuel(text: &Text) -> Found<Fuel> {
    let found = FUELS.all(text);
    let certain = found
        .into_iter()
        .filter_map(|(span, fuel)| Some((fuel?, span)));
    let mut best: Found<Fuel> = None;
    for (fuel, span) in certain {
        // Without diacritics `dau` is `đâu` and `dien` may be anything.
        let plain = span.len() == 1 && matches!(text.tokens[span.start].lower(), "dau" | "dien");
        // `ban dau` is `ban đầu`, and hybrids are of petrol too.
        if plain {
            continue;
        }
        if best.is_none() || fuel == Fuel::Hybrid {
            best = Some((fuel, span));
        }
    }
    best
}

/// The first body named.
pub(super) fn body(text: &Text, place: Option<&Range<usize>>) -> Found<Body> {
    BODIES.all(text).into_iter().find_map(|(span, body)| {
        // `ban tai ha noi` sells at a place.
        let at_place =
            text.plain(span.start) == "ban" && place.is_some_and(|place| place.start == span.end);
        let at_place = at_place && text.tokens[span.end - 1].is_plain();
        body.filter(|_| !at_place).map(|body| (body, span))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuels_bodies_and_gearboxes() {
        for (text, gearbox, fuel_, body_) in [
            (
                "SUV máy dầu số tự động",
                Some(Transmission::Automatic),
                Some(Fuel::Diesel),
                Some(Body::Suv),
            ),
            (
                "ban tai may dau so san",
                Some(Transmission::Manual),
                Some(Fuel::Diesel),
                Some(Body::Pickup),
            ),
            ("ban tai ha noi", None, None, None),
            ("xe điện ghế điện", None, Some(Fuel::Electric), None),
            ("gọi điện thoại cho tôi", None, None, None),
            ("xe o dau", None, None, None),
            ("xe ít hao xăng", None, None, None),
            ("meet at noon", None, None, None),
            (
                "1.5AT sedan",
                Some(Transmission::Automatic),
                None,
                Some(Body::Sedan),
            ),
            ("tin tự động gia hạn", None, None, None),
        ] {
            let parsed = Text::new(text);
            let place = crate::places::province(&parsed).map(|place| place.span);
            assert_eq!(transmission(&parsed, true).map(|f| f.0), gearbox, "{text}");
            assert_eq!(fuel(&parsed).map(|f| f.0), fuel_, "{text}");
            assert_eq!(body(&parsed, place.as_ref()).map(|f| f.0), body_, "{text}");
        }
    }
}
