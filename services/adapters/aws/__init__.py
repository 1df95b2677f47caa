"""AWS through boto3: one session per account and region, failures in our own words."""
