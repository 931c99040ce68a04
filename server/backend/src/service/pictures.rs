//! Pictures of listings: decoded, made smaller and encoded anew, so that nothing of the uploaded file but its picture is kept.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::listings;
use crate::repo::pictures::{self, NewPicture};
use crate::service::bank::selling;
use crate::service::uploads::Upload;
use crate::service::viewer::Viewer;
use domain::ids::{ListingId, PictureId};
use domain::limits::{FILE_BYTES_MAX, PICTURES_MAX};
use domain::permission::Capability;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

pub use crate::repo::pictures::Picture;

/// Longest side of the large size, pixels.
const LARGE: u32 = 1_200;
/// Longest side of the small size, pixels.
const SMALL: u32 = 480;
/// Longest side of a logo, in pixels.
const LOGO: u32 = 256;
/// Longest side of a picture that is taken at all, pixels.
const SIDE_MAX: u32 = 12_000;
/// Most memory that decoding may take, bytes.
const DECODE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// JPEG quality, of 100.
const QUALITY: u8 = 82;

/// What may be uploaded, for the hint under the field.
pub const PICTURES_ACCEPTED: &str =
    "Up to 5 pictures (JPEG, PNG, WebP) of 8 MB each. The first stands in the storefront.";

impl Backend {
    /// Adds pictures to a listing of the viewer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's, [`Error::Invalid`] at `files`, naming the file and what to do.
    pub async fn add_pictures(&self, viewer: &Viewer, id: ListingId, uploads: Vec<Upload>) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?.account;
        let listing = listings::of_seller(self.db().read(), seller, id).await?;
        let uploads: Vec<Upload> = uploads.into_iter().filter(|upload| !upload.body.is_empty()).collect();
        if uploads.is_empty() {
            return Err(Error::field("files", "Choose a picture first."));
        }
        let encoded = tokio::task::spawn_blocking(move || uploads.into_iter().map(encode).collect::<Result<Vec<_>>>());
        let encoded = encoded.await.map_err(|source| Error::internal("pictures", source))??;
        let now = self.now();
        let tx = self.db().begin().await?;
        let there = pictures::of_listings(&tx, &[listing.id]).await?.remove(&listing.id).unwrap_or_default();
        if there.len() + encoded.len() > PICTURES_MAX {
            return Err(Error::field(
                "files",
                format!("A listing has at most {PICTURES_MAX} pictures. Remove one first."),
            ));
        }
        for picture in encoded {
            pictures::insert(&tx, listing.id, picture, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Removes a picture of a listing of the viewer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's or another listing's.
    pub async fn remove_picture(&self, viewer: &Viewer, id: ListingId, picture: PictureId) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?.account;
        let tx = self.db().begin().await?;
        let listing = listings::of_seller(&tx, seller, id).await?;
        pictures::delete(&tx, listing.id, picture).await?;
        Ok(tx.commit().await?)
    }

    /// The pictures of a listing of the viewer.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn pictures(&self, id: ListingId) -> Result<Vec<Picture>> {
        Ok(pictures::of_listings(self.db().read(), &[id]).await?.remove(&id).unwrap_or_default())
    }

    /// A picture as JPEG: of what is offered for everybody, of a draft for its seller alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn picture(&self, viewer: Option<&Viewer>, id: PictureId, small: bool) -> Result<Vec<u8>> {
        let connection = self.db().read();
        let (listing, body) = pictures::bytes(connection, id, small).await?;
        if listings::published(connection, listing).await.is_ok() {
            return Ok(body);
        }
        let seller = selling(viewer.ok_or(Error::NotFound)?)?.account;
        listings::of_seller(connection, seller, listing).await.map(|_| body)
    }
}

/// Reads one file and makes both sizes of it.
fn encode(upload: Upload) -> Result<NewPicture> {
    let picture = decode(upload)?;
    let large = flat(&fit(&picture, LARGE));
    let small = flat(&fit(&picture, SMALL));
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    Ok(NewPicture {
        width: side(large.width()),
        height: side(large.height()),
        body: jpeg(&large)?,
        small: jpeg(&small)?,
    })
}

/// Reads one file and makes a logo of it, as PNG, so that what is transparent stays so.
pub(crate) fn logo(upload: Upload) -> Result<Vec<u8>> {
    let mut body = Cursor::new(Vec::new());
    let picture = fit(&decode(upload)?, LOGO);
    picture.write_to(&mut body, ImageFormat::Png).map_err(|source| Error::internal("logo", source))?;
    Ok(body.into_inner())
}

/// Reads one file within limits: what is no picture, or would unpack to too much, is refused by name.
fn decode(upload: Upload) -> Result<DynamicImage> {
    let name = upload.name.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    if upload.body.len() > FILE_BYTES_MAX {
        return Err(Error::field("files", format!("“{name}” is larger than 8 MB. Choose a smaller file.")));
    }
    let unreadable = || {
        Error::field(
            "files",
            format!("“{name}” is not a JPEG, PNG or WebP picture that can be read. Choose another file."),
        )
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    let mut reader = ImageReader::new(Cursor::new(upload.body)).with_guessed_format().map_err(|_| unreadable())?;
    reader.limits(limits);
    reader.decode().map_err(|_| unreadable())
}

/// Never larger than it came.
fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side { picture.clone() } else { picture.thumbnail(side, side) }
}

/// What is transparent becomes white, as JPEG knows no transparency.
fn flat(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        let over_white = |channel: u8| {
            let (channel, alpha) = (u32::from(channel), u32::from(alpha));
            u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over_white(red), over_white(green), over_white(blue)])
    })
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut body, QUALITY);
    picture.write_with_encoder(encoder).map_err(|source| Error::internal("picture", source))?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::{LARGE, SMALL, Upload, encode};
    use image::{DynamicImage, GenericImageView, ImageFormat};
    use std::io::Cursor;

    fn upload(picture: &DynamicImage, format: ImageFormat) -> Upload {
        let mut body = Cursor::new(Vec::new());
        picture.write_to(&mut body, format).unwrap();
        Upload { name: "a.png".to_owned(), body: body.into_inner() }
    }

    #[test]
    fn a_large_picture_becomes_two_jpegs_of_bounded_size() {
        let made = encode(upload(&DynamicImage::new_rgba8(3_000, 1_500), ImageFormat::Png)).unwrap();
        assert_eq!((made.width, made.height), (1_200, 600));
        for (bytes, side) in [(&made.body, LARGE), (&made.small, SMALL)] {
            let read = image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!(read.dimensions(), (side, side / 2));
            assert_eq!(read.get_pixel(0, 0).0[0], 255, "transparent is white");
        }
    }

    #[test]
    fn a_small_picture_stays_as_large_as_it_was() {
        let made = encode(upload(&DynamicImage::new_rgb8(40, 30), ImageFormat::Jpeg)).unwrap();
        assert_eq!((made.width, made.height), (40, 30));
    }

    #[test]
    fn what_is_no_picture_is_refused_by_name() {
        for body in [b"<svg onload=alert(1)>".to_vec(), b"%PDF-1.7".to_vec(), vec![0xff, 0xd8, 0xff, 0xe0, 1, 2]] {
            let refused = encode(Upload { name: "photo.png".to_owned(), body });
            assert!(format!("{:?}", refused.err()).contains("photo.png"));
        }
    }
}
