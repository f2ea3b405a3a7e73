"""Words and links of oversight's pages."""
