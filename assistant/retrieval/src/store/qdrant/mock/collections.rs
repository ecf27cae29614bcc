//! Calls about collections and aliases.

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{
    AliasDescription, ChangeAliases, CollectionConfig, CollectionDescription, CollectionInfo,
    CollectionOperationResponse, CollectionParams, CreateCollection, DeleteCollection, Distance,
    GetCollectionInfoRequest, GetCollectionInfoResponse, ListAliasesRequest, ListAliasesResponse,
    ListCollectionsRequest, ListCollectionsResponse, VectorParams, VectorsConfig, vectors_config,
};
use tonic::{Request, Response, Status};

use super::{Collection, Data, Shared, absent, unknown};

type Done = Result<Response<CollectionOperationResponse>, Status>;

fn done(result: bool) -> Response<CollectionOperationResponse> {
    Response::new(CollectionOperationResponse { result, time: 0.0 })
}

#[tonic::async_trait]
impl Collections for Shared {
    async fn get(
        &self,
        request: Request<GetCollectionInfoRequest>,
    ) -> Result<Response<GetCollectionInfoResponse>, Status> {
        let asked = self.admit(request).await?;
        let data = self.data();
        let collection = data.collection(&asked.collection_name)?;
        let vectors = VectorParams {
            size: collection.size as u64,
            distance: Distance::Cosine.into(),
            ..VectorParams::default()
        };
        let params = CollectionParams {
            vectors_config: Some(VectorsConfig {
                config: Some(vectors.into()),
            }),
            ..CollectionParams::default()
        };
        let info = CollectionInfo {
            config: Some(CollectionConfig {
                params: Some(params),
                ..CollectionConfig::default()
            }),
            points_count: Some(collection.points.len() as u64),
            ..CollectionInfo::default()
        };
        Ok(Response::new(GetCollectionInfoResponse {
            result: Some(info),
            time: 0.0,
        }))
    }

    async fn list(
        &self,
        request: Request<ListCollectionsRequest>,
    ) -> Result<Response<ListCollectionsResponse>, Status> {
        self.admit(request).await?;
        let data = self.data();
        let names = data.collections.keys().cloned();
        Ok(Response::new(ListCollectionsResponse {
            collections: names.map(|name| CollectionDescription { name }).collect(),
            time: 0.0,
        }))
    }

    async fn create(&self, request: Request<CreateCollection>) -> Done {
        let asked = self.admit(request).await?;
        let name = asked.collection_name;
        let mut data = self.data();
        if data.collections.contains_key(&name) || data.aliases.contains_key(&name) {
            let said = format!("Wrong input: Collection `{name}` already exists!");
            return Err(Status::already_exists(said));
        }
        let config = asked.vectors_config.and_then(|own| own.config);
        let Some(vectors_config::Config::Params(params)) = config else {
            return Err(Status::invalid_argument("one unnamed vector is known"));
        };
        if params.distance != i32::from(Distance::Cosine) {
            return Err(Status::invalid_argument("only cosine is known"));
        }
        let collection = Collection {
            size: params.size as usize,
            ..Collection::default()
        };
        data.collections.insert(name, collection);
        Ok(done(true))
    }

    async fn delete(&self, request: Request<DeleteCollection>) -> Done {
        let name = self.admit(request).await?.collection_name;
        let mut data = self.data();
        data.aliases.retain(|_, stands_for| *stands_for != name);
        Ok(done(data.collections.remove(&name).is_some()))
    }

    async fn update_aliases(&self, request: Request<ChangeAliases>) -> Done {
        let asked = self.admit(request).await?;
        let mut data = self.data();
        for operation in asked.actions {
            change(&mut data, operation.action)?;
        }
        Ok(done(true))
    }

    async fn list_aliases(
        &self,
        request: Request<ListAliasesRequest>,
    ) -> Result<Response<ListAliasesResponse>, Status> {
        self.admit(request).await?;
        let data = self.data();
        let aliases = data
            .aliases
            .iter()
            .map(|(alias, collection)| AliasDescription {
                alias_name: alias.clone(),
                collection_name: collection.clone(),
            });
        Ok(Response::new(ListAliasesResponse {
            aliases: aliases.collect(),
            time: 0.0,
        }))
    }

    unknown! {
        update: UpdateCollection -> CollectionOperationResponse,
        list_collection_aliases: ListCollectionAliasesRequest -> ListAliasesResponse,
        collection_cluster_info: CollectionClusterInfoRequest -> CollectionClusterInfoResponse,
        collection_exists: CollectionExistsRequest -> CollectionExistsResponse,
        update_collection_cluster_setup:
            UpdateCollectionClusterSetupRequest -> UpdateCollectionClusterSetupResponse,
        create_shard_key: CreateShardKeyRequest -> CreateShardKeyResponse,
        delete_shard_key: DeleteShardKeyRequest -> DeleteShardKeyResponse,
        list_shard_keys: ListShardKeysRequest -> ListShardKeysResponse,
    }
}

fn change(data: &mut Data, action: Option<Action>) -> Result<(), Status> {
    match action {
        Some(Action::DeleteAlias(delete)) => {
            data.aliases.remove(&delete.alias_name);
            Ok(())
        }
        Some(Action::CreateAlias(create)) => {
            if !data.collections.contains_key(&create.collection_name) {
                return Err(absent(&create.collection_name));
            }
            if data.collections.contains_key(&create.alias_name) {
                let said = format!("Wrong input: Collection `{}` exists", create.alias_name);
                return Err(Status::invalid_argument(said));
            }
            data.aliases
                .insert(create.alias_name, create.collection_name);
            Ok(())
        }
        _ => Err(Status::unimplemented("renaming an alias")),
    }
}
