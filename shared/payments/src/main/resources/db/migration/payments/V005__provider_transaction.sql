-- The check that no two requests succeeded under one transaction of the provider reads in this order.
CREATE INDEX provider_request_transaction ON provider_request (provider, provider_transaction)
    WHERE status = 'succeeded' AND provider_transaction IS NOT NULL;
