//! Closed vocabularies: gearbox, fuel, body, … and the words of either language that name their members.
//!
//! Words match by their fold, whole word by whole word, so that case, diacritics and punctuation do not count
//! and a word inside another one does not either.

use serde::{Deserialize, Serialize};

use crate::text;

/// Declares an enum with its canonical names and the phrases that mean each member.
///
/// Phrases are written folded. The member whose phrase is the longest in the text wins: `bán tự động` is not
/// `tự động`.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $canonical:literal: [$($phrase:literal),* $(,)?]),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $canonical)] $member),+
        }

        impl $name {
            /// Every member, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// Folded phrase and the member that it names, canonical names among them.
            const PHRASES: &'static [(&'static str, Self)] = &[
                $(($canonical, Self::$member), $(($phrase, Self::$member),)*)+
            ];

            /// The name in files and replies.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$member => $canonical),+ }
            }

            /// The member that `text` names in either language, if any.
            pub fn parse(text: &str) -> Option<Self> {
                longest_phrase(text, Self::PHRASES)
            }

            /// The member with this canonical name, exactly as [`Self::as_str`] writes it.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.as_str() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// The member whose phrase, of those whose words stand side by side in `text`, has the most letters.
fn longest_phrase<T: Copy>(text: &str, phrases: &[(&str, T)]) -> Option<T> {
    let tokens = text::tokens(text);
    phrases
        .iter()
        .filter(|(phrase, _)| holds(&tokens, phrase))
        .max_by_key(|(phrase, _)| phrase.len())
        .map(|(_, member)| *member)
}

/// Whether the words of `phrase`, which is folded, stand side by side in `tokens`.
fn holds(tokens: &[String], phrase: &str) -> bool {
    let words = || phrase.split([' ', '_']);
    (0..tokens.len()).any(|start| {
        if !phrase.starts_with(tokens[start].as_str()) {
            return false;
        }
        let mut rest = tokens[start..].iter();
        words().all(|word| rest.next().is_some_and(|token| token == word))
    })
}

vocabulary! {
    /// Gearbox.
    Transmission {
        /// Stick shift.
        Manual = "manual": [
            "mt", "5mt", "6mt", "so san", "so tay", "san", "tay", "stick", "stick shift",
        ],
        /// Automatic of any kind: torque converter, CVT, dual clutch.
        Automatic = "automatic": [
            "at", "4at", "5at", "6at", "7at", "8at", "9at", "10at", "auto", "so tu dong", "tu dong",
            "tu dong vo cap", "vo cap", "cvt", "ecvt", "dct", "amt", "dsg", "pdk", "tiptronic", "ly hop kep",
        ],
        /// Semi-automatic, or what sites call a mixed gearbox.
        SemiAutomatic = "semi_automatic": [
            "semi", "semi auto", "semi automatic", "ban tu dong", "so ban tu dong", "so hon hop", "hon hop",
        ],
    }
}

vocabulary! {
    /// Energy.
    Fuel {
        /// Petrol.
        Petrol = "petrol": ["xang", "may xang", "gasoline", "gas"],
        /// Diesel.
        Diesel = "diesel": ["dau", "may dau", "dong co dau", "dau diesel"],
        /// Petrol or diesel with an electric motor, plug-in or not.
        Hybrid = "hybrid": [
            "dong co hybrid", "hev", "phev", "mhev", "xang dien", "xang lai dien", "dau dien", "xang va dien",
            "plug in hybrid", "hybrid electric", "electric hybrid", "petrol electric", "diesel electric",
            "petrol hybrid", "diesel hybrid", "xang hybrid", "dau hybrid", "may xang hybrid", "may dau hybrid",
        ],
        /// Battery only.
        Electric = "electric": ["dien", "dong co dien", "ev", "bev"],
        /// Anything else (LPG, CNG).
        Other = "other": ["lpg", "cng", "khac", "nhien lieu khac"],
    }
}

vocabulary! {
    /// Body shape.
    Body {
        /// Three-box saloon.
        Sedan = "sedan": ["saloon"],
        /// Sport utility.
        Suv = "suv": ["suv cross over", "suv crossover", "the thao da dung"],
        /// Car-based sport utility.
        Crossover = "crossover": ["cross over", "cuv"],
        /// Two-box with a tailgate.
        Hatchback = "hatchback": ["hatch back", "city car"],
        /// People carrier.
        Mpv = "mpv": ["minivan", "minivan mpv", "van minivan", "da dung", "people carrier"],
        /// Pickup.
        Pickup = "pickup": [
            "pick up", "pick up truck", "pickup truck", "ban tai", "ban tai pickup", "pick up ban tai",
        ],
        /// Two-door.
        Coupe = "coupe": ["coupe 2 cua", "sport car", "sports car"],
        /// Open car.
        Convertible = "convertible": ["cabriolet", "convertible cabriolet", "mui tran", "roadster"],
        /// Estate.
        Wagon = "wagon": ["estate", "station wagon"],
        /// Goods or passenger van.
        Van = "van": ["xe van", "bus", "minibus"],
        /// Lorry.
        Truck = "truck": ["tai", "xe tai"],
    }
}

vocabulary! {
    /// Driven wheels.
    Drivetrain {
        /// Front.
        Fwd = "fwd": ["dan dong cau truoc", "cau truoc", "front", "front wheel drive", "2wd"],
        /// Rear. Bonbanh prints `RFD`.
        Rwd = "rwd": ["rfd", "dan dong cau sau", "cau sau", "rear", "rear wheel drive"],
        /// All wheels, always.
        Awd = "awd": [
            "4 banh toan thoi gian", "all wheel drive", "quattro", "4matic", "xdrive",
        ],
        /// All wheels, switched by the driver.
        FourWd = "4wd": [
            "dan dong 4 banh", "four wheel drive", "4x4", "2 cau", "hai cau",
        ],
    }
}

vocabulary! {
    /// Where the car was assembled.
    Origin {
        /// In the country of sale.
        Domestic = "domestic": ["lap rap trong nuoc", "trong nuoc", "viet nam", "ckd"],
        /// Abroad.
        Imported = "imported": [
            "nhap khau", "cbu", "thai lan", "han quoc", "nhat ban", "duc", "my", "an do", "trung quoc",
            "dai loan", "indonesia", "nuoc khac", "anh", "phap",
        ],
    }
}

vocabulary! {
    /// Used or new.
    Condition {
        /// Registered before.
        Used = "used": ["xe da dung", "da dung", "da su dung", "da qua su dung", "xe cu", "cu"],
        /// Never registered.
        New = "new": ["xe moi", "moi"],
    }
}

vocabulary! {
    /// Who offers the car.
    SellerKind {
        /// A person.
        Private = "private": ["ca nhan", "chinh chu"],
        /// A trader.
        Dealer = "dealer": ["salon", "ban chuyen nghiep", "cua hang", "showroom"],
    }
}

/// Currency of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Currency {
    /// Vietnamese đồng.
    #[serde(rename = "VND")]
    Vnd,
    /// Pound sterling.
    #[serde(rename = "GBP")]
    Gbp,
}

impl Currency {
    /// Every currency, in declaration order.
    pub const ALL: &'static [Self] = &[Self::Vnd, Self::Gbp];

    /// ISO 4217 code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vnd => "VND",
            Self::Gbp => "GBP",
        }
    }

    /// The currency with this ISO 4217 code, in any case.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|currency| currency.as_str().eq_ignore_ascii_case(code.trim()))
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
