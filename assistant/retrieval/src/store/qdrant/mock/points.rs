//! Calls about points.

use std::collections::HashMap;

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::with_payload_selector::SelectorOptions;
use qdrant_client::qdrant::{
    Condition, CreateFieldIndexCollection, Filter, PointStruct, PointsOperationResponse,
    QueryPoints, QueryResponse, RetrievedPoint, ScoredPoint, ScrollPoints, ScrollResponse,
    UpdateResult, UpdateStatus, UpsertPoints, Value, WithPayloadSelector, query, vector,
    vector_input, vectors,
};
use std::sync::atomic::Ordering;
use tonic::{Request, Response, Status};

use super::{Kept, Shared, unknown};

type Done = Result<Response<PointsOperationResponse>, Status>;

fn done() -> Response<PointsOperationResponse> {
    let result = UpdateResult {
        operation_id: Some(0),
        status: UpdateStatus::Completed.into(),
    };
    Response::new(PointsOperationResponse {
        result: Some(result),
        ..PointsOperationResponse::default()
    })
}

#[tonic::async_trait]
impl Points for Shared {
    async fn upsert(&self, request: Request<UpsertPoints>) -> Done {
        let asked = self.admit(request).await?;
        let mut data = self.data();
        let collection = data.collection_mut(&asked.collection_name)?;
        for point in asked.points {
            let (number, kept) = keep(point, collection.size)?;
            collection.points.insert(number, kept);
        }
        Ok(done())
    }

    async fn create_field_index(&self, request: Request<CreateFieldIndexCollection>) -> Done {
        let asked = self.admit(request).await?;
        let mut data = self.data();
        let collection = data.collection_mut(&asked.collection_name)?;
        collection.indexed.insert(asked.field_name);
        Ok(done())
    }

    async fn scroll(
        &self,
        request: Request<ScrollPoints>,
    ) -> Result<Response<ScrollResponse>, Status> {
        let asked = self.admit(request).await?;
        let data = self.data();
        let points = &data.collection(&asked.collection_name)?.points;
        let limit = asked.limit.unwrap_or(10) as usize;
        let result = points
            .iter()
            .take(limit)
            .map(|(number, kept)| RetrievedPoint {
                id: Some((*number).into()),
                payload: chosen(&kept.payload, asked.with_payload.as_ref()),
                ..RetrievedPoint::default()
            });
        Ok(Response::new(ScrollResponse {
            result: result.collect(),
            ..ScrollResponse::default()
        }))
    }

    async fn query(
        &self,
        request: Request<QueryPoints>,
    ) -> Result<Response<QueryResponse>, Status> {
        let asked = self.admit(request).await?;
        self.searches.fetch_add(1, Ordering::SeqCst);
        let data = self.data();
        let collection = data.collection(&asked.collection_name)?;
        let Some(query::Variant::Nearest(input)) = asked.query.and_then(|query| query.variant)
        else {
            return Err(Status::unimplemented("a query that is no vector"));
        };
        let Some(vector_input::Variant::Dense(vector)) = input.variant else {
            return Err(Status::unimplemented("a vector that is not dense"));
        };
        let wanted = normalised(vector.data, collection.size)?;
        let mut scored = Vec::new();
        for (number, kept) in &collection.points {
            if passes(&kept.payload, asked.filter.as_ref())? {
                let cosine: f32 = kept.vector.iter().zip(&wanted).map(|(a, b)| a * b).sum();
                scored.push((cosine, *number, kept));
            }
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let limit = asked.limit.unwrap_or(10) as usize;
        let result = scored.into_iter().take(limit);
        let result = result.map(|(score, number, kept)| ScoredPoint {
            id: Some(number.into()),
            payload: chosen(&kept.payload, asked.with_payload.as_ref()),
            score,
            ..ScoredPoint::default()
        });
        Ok(Response::new(QueryResponse {
            result: result.collect(),
            ..QueryResponse::default()
        }))
    }

    unknown! {
        delete: DeletePoints -> PointsOperationResponse,
        get: GetPoints -> GetResponse,
        update_vectors: UpdatePointVectors -> PointsOperationResponse,
        delete_vectors: DeletePointVectors -> PointsOperationResponse,
        set_payload: SetPayloadPoints -> PointsOperationResponse,
        overwrite_payload: SetPayloadPoints -> PointsOperationResponse,
        delete_payload: DeletePayloadPoints -> PointsOperationResponse,
        clear_payload: ClearPayloadPoints -> PointsOperationResponse,
        delete_field_index: DeleteFieldIndexCollection -> PointsOperationResponse,
        create_vector_name: CreateVectorNameRequest -> PointsOperationResponse,
        delete_vector_name: DeleteVectorNameRequest -> PointsOperationResponse,
        search: SearchPoints -> SearchResponse,
        search_batch: SearchBatchPoints -> SearchBatchResponse,
        search_groups: SearchPointGroups -> SearchGroupsResponse,
        recommend: RecommendPoints -> RecommendResponse,
        recommend_batch: RecommendBatchPoints -> RecommendBatchResponse,
        recommend_groups: RecommendPointGroups -> RecommendGroupsResponse,
        discover: DiscoverPoints -> DiscoverResponse,
        discover_batch: DiscoverBatchPoints -> DiscoverBatchResponse,
        count: CountPoints -> CountResponse,
        update_batch: UpdateBatchPoints -> UpdateBatchResponse,
        query_batch: QueryBatchPoints -> QueryBatchResponse,
        query_groups: QueryPointGroups -> QueryGroupsResponse,
        facet: FacetCounts -> FacetResponse,
        search_matrix_pairs: SearchMatrixPoints -> SearchMatrixPairsResponse,
        search_matrix_offsets: SearchMatrixPoints -> SearchMatrixOffsetsResponse,
    }
}

/// A point as it is kept, by its number.
fn keep(point: PointStruct, size: usize) -> Result<(u64, Kept), Status> {
    let wrong = |what: &str| Status::invalid_argument(what.to_owned());
    let id = point.id.and_then(|id| id.point_id_options);
    let Some(PointIdOptions::Num(number)) = id else {
        return Err(wrong("only numbers are known as ids"));
    };
    let vectors = point.vectors.and_then(|own| own.vectors_options);
    let Some(vectors::VectorsOptions::Vector(own)) = vectors else {
        return Err(wrong("one unnamed vector is known"));
    };
    let Some(vector::Vector::Dense(dense)) = own.vector else {
        return Err(wrong("a vector that is not dense"));
    };
    let kept = Kept {
        payload: point.payload,
        vector: normalised(dense.data, size)?,
    };
    Ok((number, kept))
}

fn normalised(mut vector: Vec<f32>, size: usize) -> Result<Vec<f32>, Status> {
    if vector.len() != size {
        let said = format!(
            "Wrong input: Vector dimension error: expected dim: {size}, got {}",
            vector.len()
        );
        return Err(Status::invalid_argument(said));
    }
    let length = vector.iter().map(|own| own * own).sum::<f32>().sqrt();
    if length > 0.0 {
        for own in &mut vector {
            *own /= length;
        }
    }
    Ok(vector)
}

/// The fields of a payload that were asked for.
fn chosen(
    payload: &HashMap<String, Value>,
    wanted: Option<&WithPayloadSelector>,
) -> HashMap<String, Value> {
    match wanted.and_then(|own| own.selector_options.as_ref()) {
        Some(SelectorOptions::Enable(true)) => payload.clone(),
        Some(SelectorOptions::Include(include)) => payload
            .iter()
            .filter(|(field, _)| include.fields.contains(field))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect(),
        _ => HashMap::new(),
    }
}

fn passes(payload: &HashMap<String, Value>, filter: Option<&Filter>) -> Result<bool, Status> {
    let Some(filter) = filter else {
        return Ok(true);
    };
    if !filter.should.is_empty() || !filter.must_not.is_empty() || filter.min_should.is_some() {
        return Err(Status::unimplemented("a filter with more than `must`"));
    }
    for condition in &filter.must {
        if !holds(payload, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds(payload: &HashMap<String, Value>, condition: &Condition) -> Result<bool, Status> {
    let Some(ConditionOneOf::Field(field)) = &condition.condition_one_of else {
        return Err(Status::unimplemented("a condition that is no field's"));
    };
    let matched = field
        .r#match
        .as_ref()
        .and_then(|own| own.match_value.as_ref());
    let Some(MatchValue::Keyword(keyword)) = matched else {
        return Err(Status::unimplemented("a match that is no keyword's"));
    };
    let is = |value: &Value| value.as_str() == Some(keyword);
    // Of a list, one has to match.
    Ok(payload
        .get(&field.key)
        .is_some_and(|value| match &value.kind {
            Some(Kind::ListValue(list)) => list.values.iter().any(is),
            _ => is(value),
        }))
}
