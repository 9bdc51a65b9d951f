"""What pages, the API and papers read of cases: every question starts from policy.visible; nothing here writes."""
