//! A report before it has a form: what HTML, Markdown and the terminal are all written from.

/// A report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// One line below the title.
    pub lead: String,
    /// What a reader must know before the numbers.
    pub notices: Vec<Notice>,
    /// The numbers that matter most.
    pub tiles: Vec<Tile>,
    /// The rest.
    pub sections: Vec<Section>,
}

/// A remark that must not be missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The remark.
    pub text: String,
}

/// How something is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As it stands.
    #[default]
    Plain,
    /// It is well.
    Good,
    /// It is not.
    Bad,
    /// Beware.
    Warning,
}

/// One number with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The number.
    pub value: String,
    /// Its interval or whatever else helps.
    pub detail: String,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// Content.
    pub blocks: Vec<Block>,
    /// Whether it is detail, which a comment shows on demand.
    pub is_detail: bool,
}

/// Content of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Points.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// Pictures side by side; Markdown and the terminal leave them out.
    Figures(Vec<Figure>),
}

/// A table. Its first `words` columns stand left, the others right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Columns that hold words.
    pub words: usize,
    /// Titles of the columns.
    pub header: Vec<String>,
    /// Rows, as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How that is meant.
    pub tone: Tone,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self {
            text,
            tone: Tone::Plain,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Cell {
    /// A cell with a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub caption: String,
    /// The SVG element.
    pub svg: String,
}

impl Table {
    /// A table without rows.
    pub fn new(title: &str, words: usize, header: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            words,
            header: header.iter().map(|title| (*title).to_owned()).collect(),
            rows: Vec::new(),
        }
    }
}

impl Section {
    /// A section without content.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// A section of detail.
    pub fn detail(title: &str) -> Self {
        Self {
            is_detail: true,
            ..Self::new(title)
        }
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a table that has rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds pictures, if there are any.
    pub fn figures(&mut self, figures: Vec<Figure>) {
        if !figures.is_empty() {
            self.blocks.push(Block::Figures(figures));
        }
    }
}
