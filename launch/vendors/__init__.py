"""What differs between EHRs, as data: one folder each."""
