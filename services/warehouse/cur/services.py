"""FOCUS's service categories by AWS product code.

As AWS's own FOCUS export has them where the FOCUS sample data shows it (KMS is Identity, Step Functions is Compute, ECS is Other), and
otherwise by the definitions of the FOCUS specification's ServiceCategory column. What is not here is Other.
"""

from services.warehouse import values

_CODES = {
    "AI and Machine Learning": """AmazonBedrock AmazonBedrockService AmazonSageMaker AmazonRekognition AmazonTextract AmazonPolly
        AmazonLex AmazonKendra AmazonPersonalize AmazonForecast AmazonFraudDetector AmazonQ comprehend transcribe translate""",
    "Analytics": """AmazonAthena AmazonCloudSearch AmazonES AmazonKinesis AmazonKinesisAnalytics AmazonKinesisFirehose AmazonMSK
        AmazonQuickSight AmazonOpenSearchService AmazonDataZone AWSDataExchange AWSGlue AWSLakeFormation ElasticMapReduce datapipeline""",
    "Business Applications": """AmazonChime AmazonConnect AmazonPinpoint AmazonSES AmazonWorkDocs AmazonWorkMail
        AmazonWorkSpaces AWSSupplyChain AWSWickr ContactLensAmazonConnect""",
    "Compute": """AmazonEC2 AmazonLightsail AmazonStates AWSAppRunner AWSBatch AWSLambda AWSOutposts AmazonAppStream""",
    "Databases": """AmazonDocDB AmazonDynamoDB AmazonDAX AmazonElastiCache AmazonMCS AmazonMemoryDB AmazonNeptune AmazonRDS
        AmazonRedshift AmazonTimestream AmazonAuroraDSQL""",
    "Developer Tools": """AWSAmplify AWSAppSync AWSCloudShell AWSCodeArtifact AWSCodeCommit AWSCodeDeploy AWSCodePipeline
        AWSDeviceFarm AWSXRay CodeBuild CodeGuru""",
    "Identity": """awskms AmazonCognito AmazonCognitoSync AmazonVerifiedPermissions AWSDirectoryService AWSIAMAccessAnalyzer""",
    "Integration": "AmazonMQ AmazonMWAA AmazonSNS AppFlow AWSAppFabric AWSEvents AWSQueueService",
    "Internet of Things": """AWSGreengrass AWSIoT AWSIoTAnalytics AWSIoTEvents AWSIoTFleetWise AWSIoTSiteWise IoTDeviceDefender
        IoTDeviceManagement IoTTwinMaker""",
    "Management and Governance": """AmazonCloudWatch AmazonGrafana AmazonPrometheus AWSBudgets AWSCloudFormation AWSCloudTrail
        AWSConfig AWSControlTower AWSCostExplorer AWSBillingConductor AWSResilienceHub AWSServiceCatalog AWSSystemsManager OpsWorks""",
    "Media": """AmazonETS AmazonIVS AmazonKinesisVideo AWSElementalMediaConvert AWSElementalMediaLive AWSElementalMediaPackage
        AWSElementalMediaStore AWSElementalMediaTailor AWSMediaConnect""",
    "Migration": "AWSApplicationMigrationSvc AWSDatabaseMigrationSvc AWSDataSync AWSM2 AWSMigrationHubRefactorSpaces AWSTransfer",
    "Networking": """AmazonApiGateway AmazonCloudFront AmazonRoute53 AmazonVPC AWSCloudMap AWSCloudWAN AWSDataTransfer
        AWSDirectConnect AWSELB AWSGlobalAccelerator AWSNetworkFirewall AWSTransitGateway""",
    "Security": """AmazonDetective AmazonGuardDuty AmazonInspector AmazonInspectorV2 AmazonMacie AmazonSecurityLake
        AWSCertificateManager AWSFMS AWSSecretsManager AWSSecurityHub AWSShield CloudHSM auditmanager awswaf""",
    "Storage": """AmazonEBS AmazonEFS AmazonFSx AmazonGlacier AmazonS3 AmazonS3GlacierDeepArchive AWSBackup
        AWSElasticDisasterRecovery AWSStorageGateway AWSStorageGatewayDeepArchive IngestionServiceSnowball SnowballExtraDays""",
}
CATEGORIES = {code: category for category, codes in _CODES.items() for code in codes.split()}
"""Product code -> category."""


def category(code: str, meter: str) -> str:
    """SQL: the category of a product code; volumes and snapshots, which AWS bills as EC2, are Storage by their meter."""
    known = ", ".join(f"{values.literal(key)}: {values.literal(value)}" for key, value in CATEGORIES.items())
    return f"case when {code} = 'AmazonEC2' and {meter} like '%EBS:%' then 'Storage' else coalesce(map {{{known}}}[{code}], 'Other') end"
