//! A receipt as a PDF of one A4 page, with the same facts and lines as its page in the browser.

use backend::service::receipts::Receipt;
use domain::clock_text::{self, Zone};
use domain::money::Money;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use ttf_parser::Face;

/// Noto Sans (SIL Open Font License, see OFL.txt beside it): it has the signs of every traded currency.
const FONT: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");

/// A4 in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 64.0;
const LINE: f32 = 22.0;
/// Where the second column begins.
const COLUMN: f32 = 180.0;
/// Longest line of the second column; longer text is cut, the page in the browser shows it whole.
const VALUE_CHARS_MAX: usize = 60;

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The built-in font could not be read.
    #[error("the font cannot be used")]
    Font,
    /// The page could not be written.
    #[error("the document cannot be written: {0}")]
    Document(String),
}

struct Sheet<'a, 'b> {
    surface: &'a mut Surface<'b>,
    font: Font,
    face: Face<'static>,
    y: f32,
}

/// Prints a receipt that `issuer` gives.
///
/// # Errors
/// The built-in font or the document library fail, which would be a fault of ours.
pub fn print(receipt: &Receipt, issuer: &str) -> Result<Vec<u8>, PdfError> {
    let font = Font::new(FONT.to_vec().into(), 0).ok_or(PdfError::Font)?;
    let face = Face::parse(FONT, 0).map_err(|_| PdfError::Font)?;
    let mut document = Document::new();
    let title = format!("{} {}", receipt.kind.title(), receipt.number);
    document.set_metadata(Metadata::new().title(title).creator(issuer.to_owned()).language("en".to_owned()));
    let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Font)?;
    let mut page = document.start_page_with(size);
    let mut surface = page.surface();
    let mut sheet = Sheet { surface: &mut surface, font, face, y: MARGIN + 12.0 };
    sheet.draw(receipt, issuer);
    surface.finish();
    page.finish();
    document.finish().map_err(|error| PdfError::Document(format!("{error:?}")))
}

impl Sheet<'_, '_> {
    fn draw(&mut self, receipt: &Receipt, issuer: &str) {
        self.text(MARGIN, 13.0, issuer, INK);
        self.y += 34.0;
        self.text(MARGIN, 24.0, receipt.kind.title(), INK);
        self.y += LINE;
        let made = format!("Number {}, {}", receipt.number, clock_text::instant(receipt.at, Zone::UTC));
        self.text(MARGIN, 10.0, &made, GREY);
        self.y += 34.0;
        for (title, value) in &receipt.facts {
            self.text(MARGIN, 10.5, title, GREY);
            let value: String = value.chars().take(VALUE_CHARS_MAX).collect();
            self.text(COLUMN, 10.5, &value, INK);
            self.y += LINE;
        }
        self.y += 10.0;
        for (label, money) in &receipt.lines {
            self.rule(0.5);
            self.amount(label, *money, 10.5);
        }
        self.rule(1.2);
        self.amount(receipt.total.0, receipt.total.1, 12.0);
        self.y += 24.0;
        self.text(MARGIN, 9.0, &Receipt::statement(issuer), GREY);
    }

    fn text(&mut self, x: f32, size: f32, text: &str, ink: Ink) {
        self.surface.set_fill(Some(fill(ink)));
        self.surface.draw_text(Point::from_xy(x, self.y), self.font.clone(), size, text, false, TextDirection::Auto);
    }

    /// A label, and an amount that ends at the right margin.
    fn amount(&mut self, label: &str, money: Money, size: f32) {
        self.y += 17.0;
        let label: String = label.chars().take(VALUE_CHARS_MAX).collect();
        self.text(MARGIN, size, &label, INK);
        let amount = money.to_string();
        self.text(PAGE.0 - MARGIN - self.width(&amount, size), size, &amount, INK);
        self.y += 8.0;
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |c| self.face.glyph_index(c).and_then(|glyph| self.face.glyph_hor_advance(glyph)).unwrap_or(0);
        let units: f32 = text.chars().map(|c| f32::from(advance(c))).sum();
        units * size / f32::from(self.face.units_per_em())
    }

    fn rule(&mut self, height: f32) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(MARGIN, self.y, PAGE.0 - 2.0 * MARGIN, height) {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(GREY)));
            self.surface.draw_path(&path);
        }
    }
}

/// Red, green, blue.
type Ink = (u8, u8, u8);

const INK: Ink = (20, 28, 24);
const GREY: Ink = (96, 104, 100);

fn fill((red, green, blue): Ink) -> Fill {
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: Default::default() }
}
