"""What Cloud Pioneer does and talks to: use-cases, records, numbers, AWS, the API, the screens' server and the worker."""
