"""What is generated from the code for those outside it: event schemas, AsyncAPI, the event catalogue, OpenAPI.

    python -m deploy.spec write      regenerates what is committed beside shared/events, and the policy page
    python -m deploy.spec example    adds a golden example of an event type
    ./linli spec                     OpenAPI of every service and AsyncAPI into a folder
"""
