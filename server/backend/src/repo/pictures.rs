//! Pictures of listings.

use super::convert::to_ms;
use crate::entity::listing_picture as entity;
use crate::error::{Error, Result};
use domain::ids::{ListingId, PictureId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// A picture without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Identity.
    pub id: PictureId,
    /// Width of the large size, pixels.
    pub width: i32,
    /// Height of the large size, pixels.
    pub height: i32,
}

/// A re-encoded picture to keep.
pub(crate) struct NewPicture {
    /// Width of the large size, pixels.
    pub(crate) width: i32,
    /// Height of the large size, pixels.
    pub(crate) height: i32,
    /// The large size, JPEG.
    pub(crate) body: Vec<u8>,
    /// The small size, JPEG.
    pub(crate) small: Vec<u8>,
}

/// Inserts a picture of a listing.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    listing: ListingId,
    picture: NewPicture,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        listing_id: Set(listing.0),
        width: Set(picture.width),
        height: Set(picture.height),
        body: Set(picture.body),
        small: Set(picture.small),
        created_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct PictureRow {
    id: Uuid,
    listing_id: Uuid,
    width: i32,
    height: i32,
}

/// The pictures of these listings, in the order in which they came.
pub(crate) async fn of_listings(
    connection: &impl ConnectionTrait,
    listings: &[ListingId],
) -> Result<BTreeMap<ListingId, Vec<Picture>>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ListingId.is_in(listings.iter().map(|listing| listing.0)))
        .order_by_asc(entity::Column::Id)
        .select_only()
        .columns([entity::Column::Id, entity::Column::ListingId, entity::Column::Width, entity::Column::Height])
        .into_model::<PictureRow>()
        .all(connection)
        .await?;
    let mut pictures: BTreeMap<ListingId, Vec<Picture>> = BTreeMap::new();
    for row in rows {
        let picture = Picture { id: PictureId(row.id), width: row.width, height: row.height };
        pictures.entry(ListingId(row.listing_id)).or_default().push(picture);
    }
    Ok(pictures)
}

/// The bytes of a picture in one of its sizes, with the listing it shows.
pub(crate) async fn bytes(
    connection: &impl ConnectionTrait,
    id: PictureId,
    small: bool,
) -> Result<(ListingId, Vec<u8>)> {
    let column = if small { entity::Column::Small } else { entity::Column::Body };
    let row: Option<(Uuid, Vec<u8>)> = entity::Entity::find_by_id(id.0)
        .select_only()
        .column(entity::Column::ListingId)
        .column(column)
        .into_tuple()
        .one(connection)
        .await?;
    row.map(|(listing, body)| (ListingId(listing), body)).ok_or(Error::NotFound)
}

/// Deletes a picture of a listing; another listing's is not found.
pub(crate) async fn delete(tx: &impl ConnectionTrait, listing: ListingId, id: PictureId) -> Result<()> {
    let of_listing = entity::Column::ListingId.eq(listing.0);
    let deleted = entity::Entity::delete_by_id(id.0).filter(of_listing).exec(tx).await?;
    if deleted.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
}
